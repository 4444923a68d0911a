using System.Globalization;
using System.Text.Json;
using DeploymentService.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace DeploymentService.Waiting;

/// <summary>How a wait ended: 200 when it ended well, and otherwise an error that says how that stands which was waited for.</summary>
/// <param name="status">200, 404, 408 or 409.</param>
/// <param name="message">How it stands, for people.</param>
/// <param name="view">How it stands, for programs.</param>
/// <typeparam name="TView">What a 200 has.</typeparam>
/// <typeparam name="TFaultBody">What an error has, for the OpenAPI document.</typeparam>
internal sealed class WaitAnswer<TView, TFaultBody>(int status, string message, TView view) : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
    where TView : IWaitView
{
    private const int LongestReason = 300;

    /// <inheritdoc />
    public int? StatusCode => status;

    /// <summary>Tells the OpenAPI document what a handler answers.</summary>
    public static void PopulateMetadata(System.Reflection.MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(TView), ["application/json"]));
        foreach (var error in new[] { StatusCodes.Status408RequestTimeout, StatusCodes.Status409Conflict })
        {
            builder.Metadata.Add(new ProducesResponseTypeMetadata(error, typeof(TFaultBody), ["application/json"]));
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

    private static Fault FaultOf(int status, string message) => status switch
    {
        StatusCodes.Status404NotFound => Fault.NotFound(message),
        StatusCodes.Status408RequestTimeout => new(status, "HTTPRequestTimeout", message),
        _ => Fault.Conflict(message),
    };

    private void Write(Utf8JsonWriter writer, WireJson json)
    {
        writer.WriteStartObject();
        if (status != StatusCodes.Status200OK)
        {
            FaultOf(status, message).WriteMembers(writer);
        }

        WriteView(writer, json);
        writer.WriteEndObject();
    }

    private void WriteView(Utf8JsonWriter writer, WireJson json)
    {
        view.WriteCounts(writer, json);
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

        if (More(view.FailedCount - view.Failures.Count) is { } more)
        {
            yield return $"FAILED {more}";
        }

        foreach (var left in view.Left)
        {
            yield return $"IN_PROGRESS {left.ServerId}: {Short(left.WaitingFor ?? "no reason known")} (deployment {left.Id})";
        }

        if (More(view.InProgressCount - view.Left.Count) is { } others)
        {
            yield return $"IN_PROGRESS {others}";
        }
    }

    private static string? More(long count) => count > 0 ? string.Create(CultureInfo.InvariantCulture, $"and {count} more") : null;

    private static string Short(string reason) => reason.Length <= LongestReason ? reason : reason[..LongestReason] + "…";
}
