using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Events;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Deadlines;

/// <summary>
/// Takes the deployments whose deadline has passed one step further: those that were on time become overdue, those that were overdue are failed. Each is looked
/// at again in the transaction, so that no report is overtaken.
/// </summary>
/// <param name="log">Is told of what it appended.</param>
/// <param name="due">The deployments that seem to be due.</param>
/// <param name="overdueSeconds">How long a deployment is overdue before it is failed.</param>
internal sealed class ProcessDueDeadlines(EventLog log, IReadOnlyList<DueDeployment> due, int overdueSeconds)
    : RecordedChange<PassedDeadlines>(log, Actor.Service)
{
    internal override void Require(RowKeys keys)
    {
        foreach (var deployment in due)
        {
            keys.Deployment(deployment.ProjectId, deployment.Id);
        }
    }

    protected override PassedDeadlines Run(IWriteTransaction rows)
    {
        var passed = default(PassedDeadlines);
        foreach (var (projectId, id) in due)
        {
            if (rows.Deployment(projectId, id) is not { IsTerminal: false, Timeout: { } timeout } current || !(current.Deadline <= rows.Now))
            {
                continue;
            }

            if (current.Lateness == Lateness.None)
            {
                BecomeOverdue(rows, current, timeout);
                passed.Overdue++;
            }
            else
            {
                Expire(rows, current, timeout);
                passed.Expired++;
            }
        }

        return passed;
    }

    /// <summary>The seconds count from the deadline and not from now, so that a restart gives nobody more time. Nobody has updated the deployment, so its times stay.</summary>
    private void BecomeOverdue(IWriteTransaction rows, SoftwareDeployment current, long timeout)
    {
        var overdue = current with
        {
            Lateness = Lateness.Overdue,
            Deadline = current.Deadline?.AddSeconds(overdueSeconds),
            Revision = current.Revision + 1,
        };
        rows.Save(current, overdue);
        Record(rows, overdue, new(EventKind.Overdue, current.Status) { Reason = NoReport(timeout) + ": the deployment is overdue." });
    }

    private void Expire(IWriteTransaction rows, SoftwareDeployment current, long timeout)
    {
        var failed = current with
        {
            Status = DeploymentStatus.Failed,
            StatusReason = NoReport(timeout + overdueSeconds),
            UpdatedTime = rows.Now,
            Lateness = Lateness.Expired,
            Deadline = null,
            Revision = current.Revision + 1,
            ExecutionIsOnServer = true,
            EndedTime = rows.Now,
        };
        rows.Save(current, failed);
        Record(rows, failed, new(EventKind.Expired, current.Status));
    }

    private static string NoReport(long seconds) => string.Create(CultureInfo.InvariantCulture, $"No report within {seconds} second{(seconds == 1 ? "" : "s")}");
}

/// <summary>How many deployments were taken further.</summary>
/// <param name="Overdue">So many became overdue.</param>
/// <param name="Expired">So many were failed.</param>
internal record struct PassedDeadlines(int Overdue, int Expired);
