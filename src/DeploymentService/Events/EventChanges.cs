using DeploymentService.Auth;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Events;

/// <summary>
/// Appends to the history of a deployment a report that changed nothing. False when there is no such deployment.
/// </summary>
/// <param name="log">Is told of what it appended.</param>
/// <param name="actor">Who reported.</param>
/// <param name="about">Which deployment.</param>
/// <param name="kind">One of <see cref="EventKind.All"/>.</param>
/// <param name="reason">Why nothing changed.</param>
/// <param name="repeated">True when it said again what was known already.</param>
internal sealed class AppendEvent(EventLog log, Actor actor, ReportedDeployment about, string kind, string reason, bool repeated = false)
    : RecordedChange<bool>(log, actor)
{
    internal override void Require(RowKeys keys) => keys.Deployment(about.ProjectId, about.Id);

    protected override bool Run(IWriteTransaction rows)
    {
        if (rows.Deployment(about.ProjectId, about.Id) is not { } deployment
            || (about.OnlyServer is not null && about.OnlyServer != deployment.ServerId))
        {
            return false;
        }

        Record(rows, deployment, new(kind, deployment.Status)
        {
            Reason = reason,
            IsRepeated = repeated,
            // What is refused to an operator says nothing of the server.
            IsReport = about.IsOfServer && (kind != EventKind.Refused || Actor.IsAgent),
            Execution = about.Execution,
        });
        return true;
    }
}

/// <summary>What a report is about.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Id">The deployment.</param>
/// <param name="Execution">Which of its executions; null for the present one.</param>
/// <param name="OnlyServer">The one server whose deployments the reporter may speak of; null for all.</param>
/// <param name="IsOfServer">False when it need not be the server that reports.</param>
internal readonly record struct ReportedDeployment(string ProjectId, string Id, long? Execution = null, string? OnlyServer = null, bool IsOfServer = true);
