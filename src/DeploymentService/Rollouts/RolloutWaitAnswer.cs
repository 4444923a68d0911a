using System.Globalization;
using System.Text.Json;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Storage.Model;
using DeploymentService.Waiting;
using Microsoft.AspNetCore.Http.Metadata;

namespace DeploymentService.Rollouts;

/// <summary>How a wait for a rollout ended: 200 when it ended well, and otherwise an error that says how the rollout stands.</summary>
/// <param name="status">200, 408 or 409.</param>
/// <param name="message">How it stands, for people.</param>
/// <param name="view">How it stands, for programs.</param>
internal sealed class RolloutWaitAnswer(int status, string message, RolloutWaitView view) : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    private const int LongestReason = 300;

    /// <inheritdoc />
    public int? StatusCode => status;

    /// <summary>Tells the OpenAPI document what a handler answers.</summary>
    public static void PopulateMetadata(System.Reflection.MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(RolloutWaitView), ["application/json"]));
        foreach (var error in new[] { StatusCodes.Status408RequestTimeout, StatusCodes.Status409Conflict })
        {
            builder.Metadata.Add(new ProducesResponseTypeMetadata(error, typeof(RolloutWaitFaultBody), ["application/json"]));
        }
    }

    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (status == StatusCodes.Status408RequestTimeout)
        {
            // Whoever tries again does it at once, and not after longer and longer pauses.
            httpContext.Response.Headers.RetryAfter = "1";
        }

        if (PlainText.IsWanted(httpContext))
        {
            return PlainText.WriteAsync(httpContext, status, Lines());
        }

        var json = httpContext.RequestServices.GetRequiredService<WireJson>();
        return JsonResponseWriter.WriteAsync(httpContext, status, (answer: this, json), static (writer, state) => state.answer.Write(writer, state.json));
    }

    /// <summary>The same as the last of the lines that told how the wait went on.</summary>
    public ProgressEnd AsLastOf(ProgressLines lines) => lines.End(status, message, WriteView);

    private void Write(Utf8JsonWriter writer, WireJson json)
    {
        writer.WriteStartObject();
        if (status != StatusCodes.Status200OK)
        {
            (status == StatusCodes.Status409Conflict ? Fault.Conflict(message) : new(status, "HTTPRequestTimeout", message)).WriteMembers(writer);
        }

        WriteView(writer, json);
        writer.WriteEndObject();
    }

    private void WriteView(Utf8JsonWriter writer, WireJson json)
    {
        writer.WriteString("status", view.Status);
        writer.WritePropertyName("counts");
        json.Write(writer, view.Counts);
        writer.WritePropertyName("failures");
        json.Write(writer, view.Failures);
        writer.WritePropertyName("left");
        json.Write(writer, view.Left);
    }

    private IEnumerable<string> Lines()
    {
        yield return message;
        foreach (var failure in view.Failures)
        {
            yield return $"FAILED {failure.ServerId}: {Short(failure.StatusReason ?? "no reason given")} (deployment {failure.Id})";
        }

        if (More(view.Counts.Failed - view.Failures.Count) is { } more)
        {
            yield return $"FAILED {more}";
        }

        foreach (var left in view.Left)
        {
            yield return $"IN_PROGRESS {left.ServerId}: {Short(left.WaitingFor ?? "no reason known")} (deployment {left.Id})";
        }

        if (More(view.Counts.InProgress - view.Left.Count) is { } others)
        {
            yield return $"IN_PROGRESS {others}";
        }
    }

    private static string? More(long count) => count > 0 ? string.Create(CultureInfo.InvariantCulture, $"and {count} more") : null;

    private static string Short(string reason) => reason.Length <= LongestReason ? reason : reason[..LongestReason] + "…";
}

/// <summary>How a rollout stands that was waited for. In an error it stands beside Heat's keys.</summary>
/// <param name="Status">The status of the rollout.</param>
/// <param name="Counts">How many servers there are of each status.</param>
/// <param name="Failures">The first ten that failed, in the order in which they did.</param>
/// <param name="Left">The first ten that are still in progress, those whose server is silent for longest first.</param>
public sealed record RolloutWaitView(
    [property: OneOf(typeof(RolloutStatus))] string Status, RolloutCountsView Counts, IReadOnlyList<FailureView> Failures, IReadOnlyList<LeftView> Left);

/// <summary>How a wait ended that did not end well: Heat's error, and how the rollout stands.</summary>
// Nothing is made of it: it describes to the document what an answer writes.
public sealed record RolloutWaitFaultBody
{
    /// <summary>The HTTP status.</summary>
    public required int Code { get; init; }

    /// <summary>The name of the status.</summary>
    public required string Title { get; init; }

    /// <summary>What the status means.</summary>
    public required string Explanation { get; init; }

    /// <summary>How the rollout stands, in a sentence.</summary>
    public required FaultDetail Error { get; init; }

    /// <summary>The status of the rollout.</summary>
    [OneOf(typeof(RolloutStatus))]
    public required string Status { get; init; }

    /// <summary>How many servers there are of each status.</summary>
    public required RolloutCountsView Counts { get; init; }

    /// <summary>The first ten that failed, in the order in which they did.</summary>
    public required IReadOnlyList<FailureView> Failures { get; init; }

    /// <summary>The first ten that are still in progress, those whose server is silent for longest first.</summary>
    public required IReadOnlyList<LeftView> Left { get; init; }
}
