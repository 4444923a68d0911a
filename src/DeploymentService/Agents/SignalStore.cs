using DeploymentService.Data;
using DeploymentService.Data.Sqlite;
using DeploymentService.Deployments;
using DeploymentService.Http;
using DeploymentService.Writing;

namespace DeploymentService.Agents;

/// <summary>Brings signals to their deployments, through the same writer as every change.</summary>
public sealed partial class SignalStore(
    GroupCommitWriter writer, SqliteReaders readers, IDeploymentStore deployments, TimeProvider time, ILogger<SignalStore> logger)
{
    /// <summary>Understands a signal and puts down what it says, unless it comes late.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="deploymentId">The deployment.</param>
    /// <param name="execution">Which execution it is about; null for the one that is current.</param>
    /// <param name="sent">What the agent sent.</param>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    public async Task<SignalResult> ApplyAsync(string projectId, string deploymentId, long? execution, JsonFields sent)
    {
        var result = await FindOutcomeAsync(projectId, deploymentId, execution, sent);
        // The one place through which every signal's outcome passes.
        if (result.Outcome != SignalOutcome.Applied)
        {
            Log.ChangedNothing(logger, deploymentId, result.Outcome);
        }

        return result;
    }

    /// <summary>Puts down that a report could not be read and is lost: the agents do not send it again.</summary>
    public void Refuse(string deploymentId, Fault refusal)
    {
        // The rest of a message may repeat what was sent, and outputs can have secrets.
        var sentence = refusal.Message.AsSpan();
        var end = sentence.IndexOfAny(":,(");
        Log.Refused(logger, deploymentId, sentence[..(end < 0 ? sentence.Length : end)].Trim().ToString());
    }

    private async Task<SignalResult> FindOutcomeAsync(string projectId, string deploymentId, long? execution, JsonFields sent)
    {
        while (true)
        {
            if (deployments.Find(projectId, deploymentId) is not { } current)
            {
                return new(SignalOutcome.Unknown, null);
            }

            if (execution is not null && execution != current.Execution)
            {
                return new(SignalOutcome.OlderExecution, current);
            }

            if (current.Status != DeploymentStatus.InProgress)
            {
                return new(SignalOutcome.NotInProgress, current);
            }

            // Understood out here, because the writer has no time to read megabytes; so the deployment may have changed meanwhile, and then
            // all is to be looked at again.
            if (DeclaredOutputs(projectId, current.ConfigId) is { } declared
                && await writer.WriteAsync(new Report(current, SignalReport.Of(sent, declared), time.GetUtcNow().UtcDateTime)) is { } updated)
            {
                return new(SignalOutcome.Applied, updated);
            }
        }
    }

    private JsonText? DeclaredOutputs(string projectId, string configId) => readers.Read(
        static (session, key) =>
        {
            var row = session.Prepare(AgentSql.Outputs).Bind(1, key.projectId).Bind(2, key.configId);
            var outputs = row.Step() ? row.Json(0) : null;
            row.Reset();
            return outputs;
        },
        (projectId, configId));

    private sealed class Report(SoftwareDeployment seen, SignalReport report, DateTime now) : Change<SoftwareDeployment?>
    {
        protected override SoftwareDeployment? Execute(SqliteSession session) => DeploymentSql.ReadChanged(
            session.Prepare(AgentSql.Report)
                .Bind(1, seen.ProjectId).Bind(2, seen.Id).Bind(3, report.Status).Bind(4, report.Reason).Bind(5, report.OutputValues)
                .Bind(6, now).Bind(7, seen.Execution).Bind(8, seen.ConfigId));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "A signal for deployment {DeploymentId} changed nothing: {Outcome}")]
        public static partial void ChangedNothing(ILogger logger, string deploymentId, SignalOutcome outcome);

        [LoggerMessage(LogLevel.Warning, "A report of deployment {DeploymentId} was refused and is lost: {Reason}")]
        public static partial void Refused(ILogger logger, string deploymentId, string reason);
    }
}
