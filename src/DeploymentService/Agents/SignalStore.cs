using DeploymentService.Auth;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Json;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>Brings signals to their deployments, through the same writer as every change.</summary>
public sealed partial class SignalStore(
    GroupCommitWriter writer, IDatabaseReader reader, IDeploymentStore deployments, EventLog log, ILogger<SignalStore> logger)
{
    internal const string AboutOlderExecution = "It was about an older execution, and changed nothing.";
    private const string AfterTheEnd = "The deployment was at its end already: the report changed nothing.";
    private const string SaidBefore = "The same report again.";
    private const string ToRotatedUrl = "The server's agent URL was rotated since this was handed out: run the deployment again to have its report.";

    /// <summary>Understands a signal and puts down what it says, unless it comes late; the history has it in any case.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="deploymentId">The deployment.</param>
    /// <param name="url">The URL that it came to, which names an execution; null for a token, which is about the one that is current.</param>
    /// <param name="sent">What the agent sent.</param>
    /// <param name="repairs">What was changed before it could be read, to be put behind the event's reason; empty for nothing.</param>
    /// <param name="actor">Who sent it.</param>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    public async Task<SignalResult> ApplyAsync(string projectId, string deploymentId, SignalUrlClaims? url, JsonFields sent, string repairs, Actor actor)
    {
        var execution = url?.Execution;
        while (true)
        {
            if (await deployments.FindAsync(projectId, deploymentId) is not { } current)
            {
                return new(SignalOutcome.Unknown, null);
            }

            if (url is not null && await IsRotatedAsync(url))
            {
                return new(SignalOutcome.Rotated, current);
            }

            if (execution is not null && execution != current.Execution)
            {
                if (await reader.FirstAsync(AgentQueries.OutputsOfRun, (current.Sequence, execution.Value)) is { } declaredThen)
                {
                    if (await writer.WriteAsync(new EarlierReport(log, actor, url!, SignalReport.Of(sent, declaredThen), repairs)) is { } result)
                    {
                        Log.CameLate(logger, current.Id, result.Outcome);
                        return result;
                    }

                    continue;
                }

                return await IgnoreAsync(SignalOutcome.OlderExecution, current, AboutOlderExecution + repairs, isRepeated: false, actor, execution);
            }

            if (await reader.FirstAsync(AgentQueries.Outputs, current) is not { } declared)
            {
                // Deleted between the two, with its config.
                continue;
            }

            // Understood out here, because the writer has no time to read megabytes; so the deployment may have changed meanwhile, and then
            // all is to be looked at again.
            var report = SignalReport.Of(sent, declared);
            if (current.Status != DeploymentStatus.InProgress && current.Lateness != Lateness.Expired)
            {
                var isRepeated = report.SaysTheSameAs(current);
                return await IgnoreAsync(SignalOutcome.NotInProgress, current, (isRepeated ? SaidBefore : AfterTheEnd) + repairs, isRepeated, actor, current.Execution);
            }

            if (await writer.WriteAsync(new Report(log, actor, current, report, repairs, url?.Generation)) is { } updated)
            {
                return new(SignalOutcome.Applied, updated);
            }
        }
    }

    /// <summary>True of a URL of an earlier generation than the server's: whoever has it may not be the server any more.</summary>
    public async ValueTask<bool> IsRotatedAsync(SignalUrlClaims url) =>
        await reader.FirstAsync(AgentQueries.UrlOfDeployment, (url.ProjectId, url.DeploymentId)) is { } current && current.Generation != url.Generation;

    /// <summary>Puts down that a report came to a URL that is worthless by now. It is not taken for a word of the server.</summary>
    public Task RefuseRotatedAsync(SignalUrlClaims url, Actor actor)
    {
        Log.ChangedNothing(logger, url.DeploymentId, SignalOutcome.Rotated);
        return writer.WriteAsync(new AppendEvent(
            log, actor, new(url.ProjectId, url.DeploymentId, url.Execution, IsOfServer: false), EventKind.Refused, ToRotatedUrl));
    }

    private async Task<SignalResult> IgnoreAsync(SignalOutcome outcome, SoftwareDeployment current, string reason, bool isRepeated, Actor actor, long? execution)
    {
        Log.ChangedNothing(logger, current.Id, outcome);
        await writer.WriteAsync(new AppendEvent(
            log, actor, new(current.ProjectId, current.Id, execution), isRepeated ? EventKind.Signal : EventKind.Late, reason, isRepeated));
        return new(outcome, current);
    }

    private sealed class Report(EventLog log, Actor actor, SoftwareDeployment seen, SignalReport report, string repairs, long? generation)
        : RecordedChange<SoftwareDeployment?>(log, actor)
    {
        public override int Size => report.OutputValues?.Utf8.Length ?? 0;

        internal override void Require(RowKeys keys) => keys.Deployment(seen.ProjectId, seen.Id);

        /// <summary>Null when the deployment is no longer as it was seen.</summary>
        protected override SoftwareDeployment? Run(IWriteTransaction rows)
        {
            if (rows.Deployment(seen.ProjectId, seen.Id) is not { } current
                || (current.Execution, current.ConfigId, current.Revision) != (seen.Execution, seen.ConfigId, seen.Revision)
                || (generation is not null && generation != rows.UrlGeneration(current)))
            {
                return null;
            }

            var reported = current with
            {
                Status = report.Status,
                StatusReason = report.Reason,
                OutputValues = report.OutputValues,
                UpdatedTime = rows.Now,
                Revision = current.Revision + 1,
                Deadline = null,
                Lateness = Lateness.None,
                ExecutionIsOnServer = true,
                EndedTime = current.EndedTime ?? rows.Now,
            };
            rows.Save(current, reported);
            Record(rows, reported, new(current.Lateness == Lateness.None ? EventKind.Signal : EventKind.Late, current.Status)
            {
                // The event's reason is the deployment's, and behind it what was done to the body.
                Reason = repairs.Length == 0 ? null : DeploymentEvent.Shorten(report.Reason, DeploymentEvent.LongestReason - repairs.Length) + repairs,
                IsReport = true,
            });
            return reported;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "A signal for deployment {DeploymentId} changed nothing: {Outcome}")]
        public static partial void ChangedNothing(ILogger logger, string deploymentId, SignalOutcome outcome);

        [LoggerMessage(LogLevel.Information, "A signal came after the next run of deployment {DeploymentId} had begun: {Outcome}")]
        public static partial void CameLate(ILogger logger, string deploymentId, SignalOutcome outcome);
    }
}
