using DeploymentService.Auth;
using DeploymentService.Events;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>
/// Gives a report that comes after the next execution has begun to the run that it is about, unless that has an end. The deployment stays as it is, and its history
/// has the report in any case. Null when it is to be looked at again.
/// </summary>
/// <param name="log">Is told of what it appended.</param>
/// <param name="actor">Who sent it.</param>
/// <param name="run">Which run.</param>
/// <param name="report">What it says.</param>
/// <param name="repairs">What was changed before it could be read, to be put behind the event's reason; empty for nothing.</param>
internal sealed class EarlierReport(EventLog log, Actor actor, SignalUrlClaims run, SignalReport report, string repairs) : RecordedChange<SignalResult?>(log, actor)
{
    private const string FillText = """
        UPDATE deployment_runs SET status = $1, status_reason = $2, output_values = $3, ended_time = $4
        WHERE deployment_number = $5 AND number = $6 AND ended_time IS NULL
        """;

    private static readonly Statement<(SoftwareDeployment Deployment, SignalReport Report, DateTime Now, long Number)> Fill = new(
        FillText,
        static (parameters, run) => parameters.Add(run.Report.Status).Add(run.Report.Reason).Add(run.Report.OutputValues.ToString()).Add(run.Now)
            .Add(run.Deployment.Sequence).Add(run.Number));

    public override int Size => report.OutputValues.Utf8.Length;

    internal override void Require(RowKeys keys) => keys.Deployment(run.ProjectId, run.DeploymentId);

    protected override SignalResult? Run(IWriteTransaction rows)
    {
        if (rows.Deployment(run.ProjectId, run.DeploymentId) is not { } deployment || run.Generation != rows.UrlGeneration(deployment))
        {
            return null;
        }

        var isTaken = rows.Execute(Fill, [(deployment, report, rows.Now, run.Execution)]) > 0;
        Record(rows, deployment, new(EventKind.Late, deployment.Status)
        {
            Reason = (isTaken ? $"It was about run {run.Execution}, which has it now; the deployment stays as it is." : SignalStore.AboutOlderExecution) + repairs,
            IsReport = true,
            Execution = run.Execution,
        });
        return new(isTaken ? SignalOutcome.OfEarlierRun : SignalOutcome.OlderExecution, deployment);
    }
}
