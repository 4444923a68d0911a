using DeploymentService.Auth;
using DeploymentService.Idempotency;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Rollouts;

/// <summary>Stores a rollout with its servers, unless its key says that it is there already. Nothing is begun yet.</summary>
internal sealed class InsertRollout(EventLog log, Actor actor, Rollout rollout, IReadOnlyList<string> servers, IdempotencyKey? key) : LoggedChange<RolloutCreation>(log)
{
    public override SpaceNeed Need => SpaceNeed.Creation;

    /// <summary>Under which keys are kept.</summary>
    public const string Operation = "rollouts:create";

    internal override bool UsesModel => true;

    public override int Size => (rollout.InputValues?.Utf8.Length ?? 0) + servers.Sum(server => server.Length);

    internal override void Require(RowKeys keys)
    {
        keys.Config(rollout.ProjectId, rollout.ConfigId);
        StoredOutcome.Require(keys, rollout.ProjectId, Operation, key);
    }

    protected override RolloutCreation Run(IWriteTransaction rows)
    {
        if (StoredOutcome.Of(rows, rollout.ProjectId, Operation, key) is { } first)
        {
            return first.IsSame ? new(RolloutCreationOutcome.Created, first.ResourceId) : new(RolloutCreationOutcome.KeyOfAnotherBody, null);
        }

        if (rows.Config(rollout.ProjectId, rollout.ConfigId) is null)
        {
            return new(RolloutCreationOutcome.ConfigIsGone, null);
        }

        var same = rows.Model.Rollouts.Where(Rollout.IsOpen).Where(other => other.ProjectId == rollout.ProjectId && other.Name == rollout.Name);
        if (same.Select(other => other.Id).FirstOrDefault() is { } running)
        {
            return new(RolloutCreationOutcome.NameIsInProgress, running);
        }

        var created = rollout with { Number = (rows.Model.Rollouts.Max(other => (long?)other.Number) ?? 0) + 1, CreationTime = rows.Now, UpdatedTime = rows.Now };
        rows.Model.Add(created);
        rows.Model.SaveChanges();
        RolloutSql.Insert(rows, created.Number, servers);
        Append(rows, RolloutEvents.Of(created, new(RolloutEvents.Created, null, created.Status, created.Name, 0), actor, rows.Now));
        StoredOutcome.Remember(rows, created.ProjectId, Operation, key, created.Id);
        return new(RolloutCreationOutcome.Created, created.Id);
    }
}

/// <summary>Does with a rollout what a person wants. The rollout as it is then, changed or not; null when there is none.</summary>
internal sealed class ActOnRollout(EventLog log, Actor actor, (string ProjectId, string Id) key, RolloutAction action, long? batch) : LoggedChange<RolloutActionResult>(log)
{
    /// <summary>How many of its servers are overdue, for a retry.</summary>
    public long Late { get; init; }

    internal override bool UsesModel => true;

    protected override RolloutActionResult Run(IWriteTransaction rows)
    {
        var found = rows.Model.Rollouts.AsNoTracking().FirstOrDefault(row => row.ProjectId == key.ProjectId && row.Id == key.Id);
        if (found is null)
        {
            return new(null, ConfigIsGone: false);
        }

        var state = new RolloutState(found, rows.Now);
        switch (action)
        {
            case RolloutAction.Pause:
                state.Pause(actor.Name);
                break;
            case RolloutAction.Resume:
                state.Resume();
                break;
            case RolloutAction.Next:
                state.Next(batch);
                break;
            case RolloutAction.Abort:
                state.Abort(actor.Name);
                break;
            default:
                state.Retry(found.Failed, Late);
                break;
        }

        if (!state.IsChanged)
        {
            return new(found, ConfigIsGone: false);
        }

        if (action == RolloutAction.Retry)
        {
            // What had ended did not keep its config, nor its name.
            if (!rows.Model.Configs.Any(config => config.ProjectId == found.ProjectId && config.Id == found.ConfigId))
            {
                return new(found, ConfigIsGone: true);
            }

            if (found.IsEnded && rows.Model.Rollouts.Where(Rollout.IsOpen).Any(other => other.ProjectId == found.ProjectId && other.Name == found.Name && other.Id != found.Id))
            {
                return new(found, ConfigIsGone: false) { IsNameInProgress = true };
            }

            rows.Execute(RolloutSql.Retry, [found.Number]);
        }

        rows.Execute(RolloutSql.Save, [(state.Row, rows.Now)]);
        foreach (var happened in state.Happened)
        {
            Append(rows, RolloutEvents.Of(found, happened, actor, rows.Now));
        }

        return new(state.Row, ConfigIsGone: false);
    }
}

/// <summary>What a person wants of a rollout.</summary>
internal enum RolloutAction
{
    /// <summary>To begin nothing more for now.</summary>
    Pause,

    /// <summary>To go on.</summary>
    Resume,

    /// <summary>To begin the next batch now.</summary>
    Next,

    /// <summary>To end it.</summary>
    Abort,

    /// <summary>To run again what failed.</summary>
    Retry,
}

/// <summary>What became of an action.</summary>
/// <param name="Rollout">The rollout; null when there is none.</param>
/// <param name="ConfigIsGone">True when it cannot go on, because its config is deleted.</param>
internal sealed record RolloutActionResult(Rollout? Rollout, bool ConfigIsGone)
{
    /// <summary>True when it cannot go on, because another one of its name does.</summary>
    public bool IsNameInProgress { get; init; }
}

/// <summary>What became of a creation.</summary>
internal enum RolloutCreationOutcome
{
    /// <summary>It is there, since now or since the first request with the key.</summary>
    Created,

    /// <summary>The config was deleted between the check of the body and the write.</summary>
    ConfigIsGone,

    /// <summary>The key belongs to a request with another body.</summary>
    KeyOfAnotherBody,

    /// <summary>A rollout of the same name has not ended.</summary>
    NameIsInProgress,
}

/// <summary>What became of a creation.</summary>
/// <param name="Outcome">What.</param>
/// <param name="Id">The rollout that is there, or that is in the way.</param>
internal sealed record RolloutCreation(RolloutCreationOutcome Outcome, string? Id);
