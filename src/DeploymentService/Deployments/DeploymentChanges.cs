using DeploymentService.Data.Sqlite;
using DeploymentService.Writing;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Deployments;

/// <summary>Puts a new deployment behind all others. False when its config has been deleted meanwhile.</summary>
internal sealed class InsertDeployment(SoftwareDeployment deployment) : Change<bool>
{
    protected override bool Execute(SqliteSession session)
    {
        try
        {
            session.Prepare(DeploymentSql.Insert)
                .Bind(1, deployment.ProjectId).Bind(2, deployment.Id).Bind(3, deployment.ServerId).Bind(4, deployment.ConfigId)
                .Bind(5, deployment.Action).Bind(6, deployment.Status).Bind(7, deployment.StatusReason).Bind(8, deployment.InputValues)
                .Bind(9, deployment.StackUserProjectId).Bind(10, deployment.CreationTime)
                .Execute();
            return true;
        }
        catch (SqliteException fault) when (fault.SqliteExtendedErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT_FOREIGNKEY)
        {
            return false;
        }
    }
}

/// <summary>Updates a deployment and answers the row as it is afterwards.</summary>
internal sealed class UpdateDeploymentRow(string projectId, string id, UpdateDeployment body, string? onlyServer, DateTime now) : Change<DeploymentUpdate>
{
    protected override DeploymentUpdate Execute(SqliteSession session)
    {
        var statement = session.Prepare(body.ConfigId is null ? DeploymentSql.Update : DeploymentSql.UpdateWithConfig)
            .Bind(1, projectId).Bind(2, id).Bind(3, body.Action).Bind(4, body.Status).Bind(5, body.StatusReason)
            .Bind(6, body.InputValues).Bind(7, body.OutputValues).Bind(8, now).Bind(9, onlyServer)
            .Bind(10, ChangesExecution(session) ? 1 : 0);
        if (body.ConfigId is not null)
        {
            statement.Bind(11, body.ConfigId);
        }

        try
        {
            return new DeploymentUpdate(DeploymentSql.ReadChanged(statement), ConfigIsGone: false);
        }
        catch (SqliteException fault) when (fault.SqliteExtendedErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT_FOREIGNKEY)
        {
            return new DeploymentUpdate(null, ConfigIsGone: true);
        }
    }

    /// <summary>True when something else is to be run than before. A plain report changes nothing of that and is not compared.</summary>
    private bool ChangesExecution(SqliteSession session)
    {
        if (body is { Action: null, ConfigId: null, InputValues: null })
        {
            return false;
        }

        var row = session.Prepare(DeploymentSql.Find).Bind(1, projectId).Bind(2, id);
        if (!row.Step())
        {
            return false;
        }

        var current = DeploymentSql.Read(row);
        row.Reset();
        return (body.Action is not null && body.Action != current.Action)
            || (body.ConfigId is not null && body.ConfigId != current.ConfigId)
            || (body.InputValues is not null && !body.InputValues.MeansTheSameAs(current.InputValues));
    }
}

/// <summary>Deletes a deployment. False when the project has none with that id.</summary>
internal sealed class DeleteDeployment(string projectId, string id) : Change<bool>
{
    protected override bool Execute(SqliteSession session) =>
        session.Prepare(DeploymentSql.Delete).Bind(1, projectId).Bind(2, id).Execute() > 0;
}

/// <summary>What became of an update.</summary>
/// <param name="Updated">The row afterwards; null when there is none that the caller may update.</param>
/// <param name="ConfigIsGone">True when the new config was deleted between the check of the body and the write.</param>
public readonly record struct DeploymentUpdate(SoftwareDeployment? Updated, bool ConfigIsGone);
