using DeploymentService.Writing;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Http;

/// <summary>
/// The outermost handler: whatever a request ends in that no endpoint answered (an exception, a path that leads nowhere, a method that is
/// not there) becomes the error body, and a fault of ours goes to the log and not to the client.
/// </summary>
public sealed partial class FaultHandler(RequestDelegate next, ILogger<FaultHandler> logger)
{
    private static readonly string[] MethodOrder = ["GET", "HEAD", "POST", "PUT", "DELETE"];

    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        Fault? fault;
        try
        {
            await next(http);
            fault = OfBareStatus(http);
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            fault = OfException(http, exception);
            if (fault is null)
            {
                return;
            }

            http.Response.Headers.ContentLength = null;
        }

        if (fault is not null)
        {
            await fault.ExecuteAsync(http);
        }
    }

    private static Fault? OfBareStatus(HttpContext http)
    {
        var response = http.Response;
        if (response.HasStarted || response.StatusCode < 400 || response.ContentLength > 0 || response.ContentType is not null)
        {
            return null;
        }

        if (response.StatusCode == StatusCodes.Status405MethodNotAllowed)
        {
            if (IsOfNoProject(http.Request.Path))
            {
                response.Headers.Remove("Allow");
                return Fault.NoSuchPath;
            }

            // Heat names the methods without spaces, and answers OPTIONS with them.
            var methods = response.Headers.Allow.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            response.Headers.Allow = string.Join(',', methods.OrderBy(method => Array.IndexOf(MethodOrder, method)));
            if (HttpMethods.IsOptions(http.Request.Method))
            {
                response.StatusCode = StatusCodes.Status204NoContent;
                return null;
            }
        }

        return Fault.Of(response.StatusCode);
    }

    /// <summary>Routing looks at the method before it looks at the project's id, which leads nowhere whatever the method.</summary>
    private static bool IsOfNoProject(PathString path) =>
        path.StartsWithSegments("/v1", out var rest) && rest.Value!.Split('/') is ["", var project, _, ..] && !ProjectIdConstraint.Allows(project);

    private Fault? OfException(HttpContext http, Exception exception)
    {
        switch (exception)
        {
            case FaultException { Fault: var fault }:
                return fault;
            case WriterBusyException:
                return Fault.Unavailable(exception.Message);
            case BadHttpRequestException { StatusCode: var status } bad:
                return status == StatusCodes.Status413PayloadTooLarge
                    ? Fault.TooLarge("Request limit exceeded: the body is larger than the service reads.")
                    : Fault.Of(status) with { Message = $"The request could not be read: {bad.Message}" };
            case OperationCanceledException or IOException when http.RequestAborted.IsCancellationRequested:
                // The client has gone: there is nobody to answer. 499 is for the log.
                http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return null;
            case SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED }:
                Log.Failed(logger, http.TraceIdentifier, exception);
                return Fault.Unavailable("The database is held by another program: try again in a moment.");
            default:
                Log.Failed(logger, http.TraceIdentifier, exception);
                return Fault.Internal;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The request {RequestId} failed")]
        public static partial void Failed(ILogger logger, string requestId, Exception fault);
    }
}
