using DeploymentService.Agents;
using DeploymentService.Configs;
using DeploymentService.Events;
using DeploymentService.Idempotency;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Deployments;

/// <summary>Puts a new deployment behind all others, unless its key says that it is there already.</summary>
internal sealed class InsertDeployment(CommitPublisher feed, Actor actor, SoftwareDeployment deployment, IdempotencyKey? request)
    : RecordedChange<DeploymentCreation>(feed, actor, deployment.CreationTime)
{
    /// <summary>Under which keys are kept.</summary>
    public const string Operation = "software_deployments:create";

    protected override DeploymentCreation Run(SqliteSession session)
    {
        if (IdempotencySql.First(session, deployment.ProjectId, Operation, request) is { } first)
        {
            return first.IsSame
                ? new(CreationOutcome.Created, deployment.AsCreated(first.ResourceId, first.CreationTime))
                : new(CreationOutcome.KeyOfAnotherBody, null);
        }

        try
        {
            var created = DeploymentSql.ReadChanged(session.Prepare(DeploymentSql.Insert)
                .Bind(1, deployment.ProjectId).Bind(2, deployment.Id).Bind(3, deployment.ServerId).Bind(4, deployment.ConfigId)
                .Bind(5, deployment.Action).Bind(6, deployment.Status).Bind(7, deployment.StatusReason).Bind(8, deployment.InputValues)
                .Bind(9, deployment.StackUserProjectId).Bind(10, deployment.CreationTime).Bind(11, deployment.Timeout).Bind(12, deployment.Deadline))!;
            ConfigName = ConfigSql.NameOf(session, created.ProjectId, created.ConfigId);
            Record(session, EventKind.Created, created, from: null);
            RecordIfSkipped(session, created);
            IdempotencySql.Remember(session, created.ProjectId, Operation, request, created.Id, created.CreationTime);
            return new(CreationOutcome.Created, created);
        }
        catch (SqliteException exception) when (exception.SqliteExtendedErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT_FOREIGNKEY)
        {
            return new(CreationOutcome.ConfigIsGone, null);
        }
    }
}

/// <summary>Updates a deployment and answers the row as it is afterwards.</summary>
internal sealed class UpdateDeploymentRow(CommitPublisher feed, Actor actor, DateTime now, string projectId, string id, UpdateDeployment body, UpdatePrecondition guard)
    : RecordedChange<DeploymentUpdate>(feed, actor, now)
{
    protected override DeploymentUpdate Run(SqliteSession session)
    {
        if (DeploymentSql.FindOne(session, projectId, id) is not { } current)
        {
            return new(UpdateOutcome.Unknown, null);
        }

        if (guard.OnlyServer is { } server && current.ServerId != server)
        {
            return new(UpdateOutcome.OtherServer, null);
        }

        if (!guard.Allows(current.Revision))
        {
            return new(UpdateOutcome.PreconditionFailed, null);
        }

        if (body.ConfigId is not null)
        {
            if (!ConfigSql.IsThere(session, projectId, body.ConfigId))
            {
                return new(UpdateOutcome.ConfigIsGone, null);
            }

            ConfigName = ConfigSql.NameOf(session, projectId, body.ConfigId);
        }

        var updated = UpdatedDeployment.Of(current, body, Now, Actor.IsAgent);
        ExecutionSql.Follow(session, current, updated);
        DeploymentSql.Write(session, updated, current);
        Record(
            session,
            current.Lateness != Lateness.None && body.Status is not null && updated.Execution == current.Execution ? EventKind.Late : EventKind.Update,
            updated,
            current.Status,
            repeated: body.HasChanges && UpdatedDeployment.IsNoOp(current, body),
            isReport: guard.OnlyServer is not null || body.OutputValues is not null || body.Status == DeploymentStatus.Complete);
        if (updated.Execution != current.Execution)
        {
            RecordIfSkipped(session, updated);
        }

        return new(UpdateOutcome.Updated, updated);
    }
}

/// <summary>Deletes a deployment.</summary>
internal sealed class DeleteDeployment(CommitPublisher feed, Actor actor, DateTime now, string projectId, string id, UpdatePrecondition guard)
    : RecordedChange<UpdateOutcome>(feed, actor, now)
{
    protected override UpdateOutcome Run(SqliteSession session)
    {
        var row = session.Prepare(DeploymentSql.Revision).Bind(1, projectId).Bind(2, id);
        if (!row.Step())
        {
            return UpdateOutcome.Unknown;
        }

        var revision = row.Integer(0);
        row.Reset();
        if (!guard.Allows(revision))
        {
            return UpdateOutcome.PreconditionFailed;
        }

        var deleted = DeploymentSql.ReadChanged(session.Prepare(DeploymentSql.Delete).Bind(1, projectId).Bind(2, id))!;
        Record(session, EventKind.Deleted, deleted, deleted.Status);
        return UpdateOutcome.Updated;
    }
}
