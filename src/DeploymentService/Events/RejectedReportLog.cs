using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Events;

/// <summary>
/// Puts reports that could not be taken into the history of their deployment: agents do not send them again, so an operator has to find them.
/// </summary>
public sealed partial class RejectedReportLog(GroupCommitWriter writer, EventLog log, ILogger<RejectedReportLog> logger)
{
    internal async Task RecordAsync(HttpContext http, Fault fault)
    {
        // Who may not report, or about what is not there, leaves no trace in a history.
        if (fault.Status is not (StatusCodes.Status400BadRequest or StatusCodes.Status408RequestTimeout or StatusCodes.Status415UnsupportedMediaType))
        {
            return;
        }

        var deploymentId = (string)http.GetRouteValue("deployment_id")!;
        var reason = Reason(fault);
        // Only the URLs of agents name an execution. A token of an agent is good for its own server, which has not been looked at where the body is refused.
        var execution = http.GetRouteValue("execution") is string run ? long.Parse(run.Split('-')[0], CultureInfo.InvariantCulture) : (long?)null;
        var about = new ReportedDeployment(
            (string)http.GetRouteValue("project_id")!, deploymentId, execution, Actor.CallerOf(http)?.ServerId);
        try
        {
            var change = new AppendEvent(log, Actor.Of(http), about, EventKind.Refused, reason);
            if (await writer.WriteAsync(change))
            {
                Log.Refused(logger, deploymentId, Beginning(reason));
            }
        }
        catch (Exception failure)
        {
            // Whatever it is, the client is told what is wrong with the report.
            Log.NotRecorded(logger, deploymentId, Beginning(reason), failure);
        }
    }

    /// <summary>The message, as far as it cannot repeat what was sent: outputs can have secrets.</summary>
    private static string Reason(Fault fault) =>
        fault.Message.StartsWith("The body", StringComparison.Ordinal) ? Beginning(fault.Message) : fault.Message;

    /// <summary>A sentence before it says what it is about: no value of a client is in the log.</summary>
    private static string Beginning(string sentence)
    {
        var end = sentence.AsSpan().IndexOfAny(":,(");
        return sentence[..(end < 0 ? sentence.Length : end)].Trim();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A report of deployment {DeploymentId} was refused: {Reason}")]
        public static partial void Refused(ILogger logger, string deploymentId, string reason);

        [LoggerMessage(LogLevel.Warning, "A report of deployment {DeploymentId} was refused and is in no history: {Reason}")]
        public static partial void NotRecorded(ILogger logger, string deploymentId, string reason, Exception fault);
    }
}

/// <summary>Says on a route that it takes reports.</summary>
public static class RejectedReportRoutes
{
    private static readonly OnErrorResponse Follower = new((http, fault) => http.RequestServices.GetRequiredService<RejectedReportLog>().RecordAsync(http, fault));

    /// <summary>What the route refuses is put into the history of the deployment in its path, before the refusal is answered.</summary>
    public static RouteHandlerBuilder AuditRejectedReports(this RouteHandlerBuilder route) => route.WithMetadata(Follower);
}
