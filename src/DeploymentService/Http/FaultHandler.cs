using DeploymentService.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace DeploymentService.Http;

/// <summary>
/// The outermost handler: whatever a request ends in that no endpoint answered (an exception, a path that leads nowhere, a method that is
/// not there) becomes the error body, and a fault of ours goes to the log and not to the client.
/// </summary>
public sealed partial class FaultHandler(RequestDelegate next, IExceptionFaults faults, ILogger<FaultHandler> logger)
{
    private static readonly string[] MethodOrder = ["GET", "HEAD", "POST", "PUT", "DELETE"];
    private static readonly BrokenOff Mark = new();

    private sealed class BrokenOff;

    /// <summary>True of a request whose client went away before it had the whole answer.</summary>
    public static bool IsBrokenOff(HttpContext http) => http.Features.Get<BrokenOff>() is not null;

    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        Fault? fault;
        try
        {
            await next(http);
            fault = OfBareStatus(http);
        }
        catch (Exception exception) when (IsOfTheClientsGoing(http, exception))
        {
            // There is nobody to answer, and nothing of ours failed.
            BreakOff(http);
            return;
        }
        catch (Exception exception) when (http.Response.HasStarted && faults.Of(exception) is not null)
        {
            // Half an answer never looks like a whole one.
            http.Abort();
            return;
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            fault = OfException(http, exception);
            http.Response.Headers.ContentLength = null;
        }

        if (fault is not null)
        {
            try
            {
                await fault.ExecuteAsync(http);
            }
            catch (Exception exception) when (IsOfTheClientsGoing(http, exception))
            {
                BreakOff(http);
            }
        }
    }

    private static bool IsOfTheClientsGoing(HttpContext http, Exception exception) =>
        exception is ConnectionResetException or ConnectionAbortedException
        || (exception is OperationCanceledException or IOException and not BadHttpRequestException && http.RequestAborted.IsCancellationRequested);

    private static void BreakOff(HttpContext http)
    {
        http.Features.Set(Mark);
        CloseConnection(http);
        // Half an answer never looks like a whole one.
        http.Abort();
    }

    /// <summary>
    /// Ends the connection behind the answer. After a body that did not come whole there is no next request; the web server would look for one, and fail
    /// with a stack in the log.
    /// </summary>
    internal static void CloseConnection(HttpContext http)
    {
        if (!HttpProtocol.IsHttp2(http.Request.Protocol))
        {
            http.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }

    private static Fault? OfBareStatus(HttpContext http)
    {
        var response = http.Response;
        if (response.HasStarted || response.StatusCode < 400 || response.ContentLength > 0 || response.ContentType is not null)
        {
            return null;
        }

        if (response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed)
        {
            return OfNoEndpoint(http);
        }

        return Fault.Of(response.StatusCode);
    }

    /// <summary>What is said of a path or a method that leads nowhere.</summary>
    private static Fault? OfNoEndpoint(HttpContext http)
    {
        var response = http.Response;
        // Routing looks at the method before it looks at the project's id, which leads nowhere whatever the method.
        var project = ProjectPath.IdOf(http.Request.Path);
        if (project is not null && !ProjectIdConstraint.Allows(project))
        {
            response.Headers.Remove("Allow");
            return Fault.NoSuchPath;
        }

        // Heat names the methods without spaces, and answers OPTIONS with them.
        var isNotAllowed = response.StatusCode == StatusCodes.Status405MethodNotAllowed;
        if (isNotAllowed && HttpMethods.IsOptions(http.Request.Method))
        {
            Sort(response);
            response.StatusCode = StatusCodes.Status204NoContent;
            return null;
        }

        // What there is in a project is nothing for a stranger, and neither is what there is not.
        if (project is not null && http.User.Identity?.IsAuthenticated != true)
        {
            response.Headers.Remove("Allow");
            return Fault.Unauthorized;
        }

        if (isNotAllowed)
        {
            Sort(response);
        }

        return Fault.Of(response.StatusCode);
    }

    private static void Sort(HttpResponse response)
    {
        var methods = response.Headers.Allow.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        response.Headers.Allow = string.Join(',', methods.OrderBy(method => Array.IndexOf(MethodOrder, method)));
    }

    private Fault OfException(HttpContext http, Exception exception)
    {
        switch (exception)
        {
            case FaultException { Fault: var fault }:
                return fault;
            case UnusableJsonException:
                return Fault.BadRequest(exception.Message);
            case BadHttpRequestException { StatusCode: var status } bad:
                CloseConnection(http);
                return status switch
                {
                    StatusCodes.Status408RequestTimeout => Fault.BodyTimeout,
                    StatusCodes.Status413PayloadTooLarge => Fault.TooLarge("Request limit exceeded: the body is larger than the service reads."),
                    _ => Fault.Of(status) with { Message = $"The request could not be read: {bad.Message}" },
                };
            default:
                if (faults.Of(exception) is { } known)
                {
                    return known;
                }

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
