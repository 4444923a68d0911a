using System.Globalization;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Deadlines;

/// <summary>
/// Takes the deployments whose deadline has passed one step further: those that were on time become overdue, those that were overdue are failed. What is due
/// is looked up in the transaction itself, so that no report is overtaken.
/// </summary>
internal sealed class ProcessDueDeadlines(CommitPublisher feed, DateTime now, int overdueSeconds) : RecordedChange<PassedDeadlines>(feed, Actor.Service, now)
{
    // Measured: 25 ms of the writer's time. After a long pause there may be 100,000, and others want to write too.
    private const int MostAtOnce = 500;

    protected override PassedDeadlines Run(SqliteSession session)
    {
        var passed = default(PassedDeadlines);
        foreach (var due in ReadDue(session))
        {
            if (due.Lateness == Lateness.None)
            {
                BecomeOverdue(session, due);
                passed.Overdue++;
            }
            else
            {
                Expire(session, due);
                passed.Expired++;
            }
        }

        return passed;
    }

    private List<DueDeployment> ReadDue(SqliteSession session)
    {
        var found = new List<DueDeployment>();
        var row = session.Prepare(DeadlineSql.Due).Bind(1, Now);
        while (found.Count < MostAtOnce && row.Step())
        {
            found.Add(new(row.Text(0), row.Text(1), (Lateness)row.Integer(2), row.Integer(3)));
        }

        row.Reset();
        return found;
    }

    private void BecomeOverdue(SqliteSession session, DueDeployment due)
    {
        var deployment = DeploymentSql.ReadChanged(
            session.Prepare(DeadlineSql.BecomeOverdue).Bind(1, due.ProjectId).Bind(2, due.Id).Bind(3, overdueSeconds * 1000L))!;
        Record(session, EventKind.Overdue, deployment, deployment.Status, NoReport(due.Timeout) + ": the deployment is overdue.");
    }

    private void Expire(SqliteSession session, DueDeployment due)
    {
        var deployment = DeploymentSql.ReadChanged(
            session.Prepare(DeadlineSql.Expire).Bind(1, due.ProjectId).Bind(2, due.Id).Bind(3, NoReport(due.Timeout + overdueSeconds)).Bind(4, Now))!;
        Record(session, EventKind.Expired, deployment, DeploymentStatus.InProgress);
    }

    private static string NoReport(long seconds) => string.Create(CultureInfo.InvariantCulture, $"No report within {seconds} seconds");

    private readonly record struct DueDeployment(string ProjectId, string Id, Lateness Lateness, long Timeout);
}

/// <summary>How many deployments were taken further.</summary>
/// <param name="Overdue">So many became overdue.</param>
/// <param name="Expired">So many were failed.</param>
internal record struct PassedDeadlines(int Overdue, int Expired);
