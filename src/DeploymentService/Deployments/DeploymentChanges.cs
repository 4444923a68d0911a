using DeploymentService.Auth;
using DeploymentService.Events;
using DeploymentService.Idempotency;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Deployments;

/// <summary>Puts a new deployment behind all others, unless its key says that it is there already.</summary>
internal sealed class InsertDeployment(EventLog log, Actor actor, SoftwareDeployment deployment, IdempotencyKey? key)
    : RecordedChange<DeploymentCreation>(log, actor)
{
    public override SpaceNeed Need => SpaceNeed.Creation;

    /// <summary>Under which keys are kept.</summary>
    public const string Operation = "software_deployments:create";

    public override int Size => deployment.InputValues?.Utf8.Length ?? 0;

    internal override void Require(RowKeys keys)
    {
        keys.Config(deployment.ProjectId, deployment.ConfigId);
        StoredOutcome.Require(keys, deployment.ProjectId, Operation, key);
    }

    protected override DeploymentCreation Run(IWriteTransaction rows)
    {
        if (StoredOutcome.Of(rows, deployment.ProjectId, Operation, key) is { } first)
        {
            return first.IsSame
                ? new(CreationOutcome.Created, deployment.AsCreated(first.ResourceId, first.CreationTime))
                : new(CreationOutcome.KeyOfAnotherBody, null);
        }

        if (rows.Config(deployment.ProjectId, deployment.ConfigId) is not { } config)
        {
            return new(CreationOutcome.ConfigIsGone, null);
        }

        var created = rows.Add(deployment with
        {
            CreationTime = rows.Now,
            Deadline = deployment.IsTerminal ? null : deployment.DeadlineFrom(rows.Now),
            StartedTime = rows.Now,
            StartedBy = Actor.Name,
            EndedTime = deployment.IsTerminal ? rows.Now : null,
        });
        Record(rows, created, new(EventKind.Created, StatusFrom: null) { Config = config });
        RecordIfSkipped(rows, created);
        StoredOutcome.Remember(rows, created.ProjectId, Operation, key, created.Id);
        return new(CreationOutcome.Created, created);
    }
}

/// <summary>Updates a deployment and answers the row as it is afterwards.</summary>
internal sealed class UpdateDeploymentRow(
    EventLog log, Actor actor, DeploymentKey deployment, UpdateDeployment body, UpdatePrecondition precondition, RunsOptions runs)
    : RecordedChange<DeploymentUpdate>(log, actor)
{
    public override int Size => (body.InputValues?.Utf8.Length ?? 0) + (body.OutputValues?.Utf8.Length ?? 0);

    internal override void Require(RowKeys keys)
    {
        keys.Deployment(deployment.ProjectId, deployment.Id);
        if (body.ConfigId is not null)
        {
            keys.Config(deployment.ProjectId, body.ConfigId);
        }
    }

    protected override DeploymentUpdate Run(IWriteTransaction rows)
    {
        if (rows.Deployment(deployment.ProjectId, deployment.Id) is not { } current)
        {
            return new(UpdateOutcome.Unknown, null);
        }

        if (precondition.OnlyServer is { } server && current.ServerId != server)
        {
            return new(UpdateOutcome.OtherServer, null);
        }

        if (!precondition.Allows(current.Revision))
        {
            return new(UpdateOutcome.PreconditionFailed, null);
        }

        var config = body.ConfigId is null ? null : rows.Config(deployment.ProjectId, body.ConfigId);
        if (body.ConfigId is not null && config is null)
        {
            return new(UpdateOutcome.ConfigIsGone, null);
        }

        var updated = UpdatedDeployment.Of(current, body, rows.Now, Actor);
        ExecutionSnapshots.Follow(rows, current, updated, runs);
        rows.Save(current, updated);
        var begins = updated.Execution != current.Execution;
        // What a person decides, such as to give up, is no report: only of one can be said that it came late.
        var isReport = precondition.OnlyServer is not null || body.OutputValues is not null || body.Status == DeploymentStatus.Complete;
        var isLate = isReport && current.Lateness != Lateness.None && body.Status is not null && !begins;
        Record(rows, updated, new(isLate ? EventKind.Late : EventKind.Update, current.Status)
        {
            IsRepeated = body.HasChanges && UpdatedDeployment.IsNoOp(current, body),
            IsReport = isReport,
            Config = config,
        });
        if (begins)
        {
            RecordIfSkipped(rows, updated);
        }

        return new(UpdateOutcome.Updated, updated);
    }
}

/// <summary>Deletes a deployment.</summary>
internal sealed class DeleteDeployment(EventLog log, Actor actor, DeploymentKey deployment, UpdatePrecondition precondition)
    : RecordedChange<UpdateOutcome>(log, actor)
{
    public override SpaceNeed Need => SpaceNeed.None;

    internal override void Require(RowKeys keys) => keys.Deployment(deployment.ProjectId, deployment.Id);

    protected override UpdateOutcome Run(IWriteTransaction rows)
    {
        if (rows.Deployment(deployment.ProjectId, deployment.Id) is not { } current)
        {
            return UpdateOutcome.Unknown;
        }

        if (!precondition.Allows(current.Revision))
        {
            return UpdateOutcome.PreconditionFailed;
        }

        rows.Delete(current);
        Record(rows, current, new(EventKind.Deleted, current.Status));
        return UpdateOutcome.Deleted;
    }
}
