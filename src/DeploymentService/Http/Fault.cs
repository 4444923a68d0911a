using System.Text.Json;

namespace DeploymentService.Http;

/// <summary>
/// An answer that says no, in Heat's shape. As a result it is returned by an endpoint; where no endpoint is in reach it travels in a
/// <see cref="FaultException"/>.
/// </summary>
/// <param name="Status">The HTTP status, 400 to 599.</param>
/// <param name="Type">Heat's name for the kind of fault, for programs.</param>
/// <param name="Message">What is wrong and what to do, for people. Never an internal detail.</param>
public sealed record Fault(int Status, string Type, string Message) : IResult, IStatusCodeHttpResult
{
    private const string Malformed = "The server could not comply with the request since it is either malformed or otherwise incorrect.";

    private const string OverQuota = "QuotaExceeded";

    private const int LongestName = 100;

    /// <summary>Seconds for the header <c>Retry-After</c>; the stock agents try again where it stands.</summary>
    public int? RetryAfter { get; init; }

    /// <inheritdoc />
    int? IStatusCodeHttpResult.StatusCode => Status;

    /// <summary>400.</summary>
    public static Fault BadRequest(string message) => new(400, "HTTPBadRequest", message);

    /// <summary>400 for a body beyond the limit.</summary>
    public static Fault TooLarge(string message) => new(400, "RequestLimitExceeded", message);

    /// <summary>401; its body has a shape of its own, as Keystone's middleware has.</summary>
    public static Fault Unauthorized { get; } = new(401, "Unauthorized", "The request you have made requires authentication.");

    /// <summary>403 for an operation such as <c>software_deployments:update</c>.</summary>
    public static Fault Forbidden(string operation) => new(403, "Forbidden", $"You are not authorized to use {operation}.");

    /// <summary>403 in a project that is not the caller's.</summary>
    public static Fault ForeignProject { get; } = new(403, "HTTPForbidden", "Access was denied to this resource: the token belongs to another project than the path.");

    /// <summary>403 for more than a project may have.</summary>
    /// <param name="message">Of what there is how much, and what to do.</param>
    public static Fault QuotaExceeded(string message) => new(403, OverQuota, message);

    /// <summary>404 of a path that leads nowhere.</summary>
    public static Fault NoSuchPath { get; } = new(404, "HTTPNotFound", "The resource could not be found: check the path of the URL; /swagger lists all of them.");

    /// <summary>404 of a resource.</summary>
    public static Fault NotFound(string message) => new(404, "NotFound", message);

    /// <summary>405.</summary>
    public static Fault MethodNotAllowed { get; } = new(405, "HTTPMethodNotAllowed", "The method is not allowed on this path: use one that the Allow header names.");

    /// <summary>408 of a body that did not come in time.</summary>
    public static Fault BodyTimeout { get; } = new(408, "HTTPRequestTimeout", "The body did not come in time: send it in one go.") { RetryAfter = 1 };

    /// <summary>409 for something that another resource still needs.</summary>
    public static Fault Referenced(string message) => new(409, "InvalidRestrictedAction", message);

    /// <summary>409 for a request that contradicts an earlier one.</summary>
    public static Fault Conflict(string message) => new(409, "HTTPConflict", message);

    /// <summary>412.</summary>
    public static Fault PreconditionFailed(string message) => new(412, "HTTPPreconditionFailed", message);

    /// <summary>415.</summary>
    public static Fault UnsupportedMediaType { get; } = new(415, "HTTPUnsupportedMediaType", "The body must be JSON in UTF-8: send Content-Type: application/json.");

    /// <summary>415 for a <c>Content-Encoding</c> that nothing here undoes.</summary>
    public static Fault UnknownCoding(string coding) => new(
        415,
        "HTTPUnsupportedMediaType",
        $"Content-Encoding: '{(coding.Length > LongestName ? coding[..LongestName] + "…" : coding)}' is not understood here: send the body as it is, without this header.");

    /// <summary>429 for more than a caller may ask for.</summary>
    /// <param name="message">Of what there was too much, and what to do.</param>
    /// <param name="wait">After how long there is room again, as far as that is known.</param>
    public static Fault TooMany(string message, TimeSpan? wait = null) =>
        new(429, "HTTPTooManyRequests", message) { RetryAfter = Math.Max(1, (int)Math.Ceiling((wait ?? TimeSpan.Zero).TotalSeconds)) };

    /// <summary>500; what happened is in the log, under the request id.</summary>
    public static Fault Internal { get; } = new(500, "InternalServerError", "The request failed inside the service: tell its operator the X-OpenStack-Request-Id of this answer.");

    /// <summary>503 for a fault that passes.</summary>
    public static Fault Unavailable(string message) => new(503, "ServiceUnavailable", message) { RetryAfter = 1 };

    /// <summary>The fault of a bare status that the framework answered with.</summary>
    public static Fault Of(int status) => status switch
    {
        401 => Unauthorized,
        404 => NoSuchPath,
        405 => MethodNotAllowed,
        408 => BodyTimeout,
        415 => UnsupportedMediaType,
        503 => Unavailable("The service cannot answer now: try again in a moment."),
        429 => TooMany("There were too many requests: try again after the seconds in Retry-After."),
        >= 500 => Internal with { Status = status },
        _ => new Fault(status, "HTTPClientError", Malformed),
    };

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (httpContext.GetEndpoint()?.Metadata.GetMetadata<OnErrorResponse>() is { } follower)
        {
            await follower.OnCommitted(httpContext, this);
        }

        var response = httpContext.Response;
        if (RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = httpContext.RequestServices.GetRequiredService<IChallenges>().For(httpContext);
        }

        if (PlainText.IsWanted(httpContext))
        {
            await PlainText.WriteAsync(httpContext, Status, Message);
            return;
        }

        // Keystone's shape: its middleware's for a 401, and its own for everything below its path.
        var isKeystones = Status == StatusCodes.Status401Unauthorized || httpContext.Request.Path.StartsWithSegments("/v3");
        await JsonResponseWriter.WriteAsync(
            httpContext, Status, (fault: this, isKeystones), static (writer, answer) => answer.fault.Write(writer, answer.isKeystones));
    }

    /// <summary>Writes the members of Heat's body.</summary>
    internal void WriteMembers(Utf8JsonWriter writer)
    {
        writer.WriteNumber("code", Status);
        writer.WriteString("title", Title);
        writer.WriteString("explanation", Explanation);
        writer.WriteStartObject("error");
        writer.WriteString("type", Type);
        writer.WriteNull("traceback");
        writer.WriteString("message", Message);
        writer.WriteEndObject();
    }

    /// <summary>Writes the body, in the shape that Keystone gives it or in Heat's.</summary>
    internal void Write(Utf8JsonWriter writer, bool isKeystones)
    {
        writer.WriteStartObject();
        if (isKeystones)
        {
            writer.WriteStartObject("error");
            writer.WriteNumber("code", Status);
            writer.WriteString("title", Title);
            writer.WriteString("message", Message);
            writer.WriteEndObject();
        }
        else
        {
            WriteMembers(writer);
        }

        writer.WriteEndObject();
    }

    private string Title => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(Status);

    private string Explanation => Status switch
    {
        403 when Type == OverQuota => "The project has as much of this as it may have.",
        403 => "Access was denied to this resource.",
        404 => "The resource could not be found.",
        408 => "The time for this request is over.",
        409 => "There was a conflict when trying to complete your request.",
        429 => "There were too many requests at once.",
        503 => "The server is currently unavailable. Please try again at a later time.",
        >= 500 => "The server has either erred or is incapable of performing the requested operation.",
        _ => Malformed,
    };
}

/// <summary>Carries a <see cref="Fault"/> to <see cref="FaultHandler"/> from where no result can be returned, such as the reading of a body.</summary>
public sealed class FaultException(Fault fault) : Exception(fault.Message)
{
    /// <summary>The answer.</summary>
    public Fault Fault { get; } = fault;
}

/// <summary>Metadata of a route that wants to know what it refuses.</summary>
/// <param name="OnCommitted">Hears of a refusal before it is answered.</param>
public sealed record OnErrorResponse(Func<HttpContext, Fault, Task> OnCommitted);
