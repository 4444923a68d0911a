using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Rollouts;

/// <summary>
/// Takes a rollout one step further: puts down which servers have ended, and begins those whose turn it is. It does nothing unless the rollout is still as it was looked at, so
/// that several who have seen the same do it once; and each deployment is looked at again. True when there is more to do at once.
/// </summary>
/// <param name="log">Is told of what it appended.</param>
/// <param name="look">What seems to be to be done.</param>
/// <param name="runs">How many runs of a deployment are kept.</param>
internal sealed class AdvanceRollout(EventLog log, RolloutLook look, RunsOptions runs) : RecordedChange<bool>(log, Actor.Service with { Name = look.Rollout.CreatedBy })
{
    public override SpaceNeed Need => look.Next.Count > 0 ? SpaceNeed.Creation : SpaceNeed.Usual;

    private readonly Rollout _rollout = look.Rollout;

    public override int Size => (int)Math.Min(look.Size, int.MaxValue);

    internal override void Require(RowKeys keys)
    {
        foreach (var server in look.Ended.Concat(look.Late))
        {
            keys.Deployment(_rollout.ProjectId, server.DeploymentId);
        }

        foreach (var server in look.Next)
        {
            if ((server.DoneId ?? server.DeploymentId) is { } id)
            {
                keys.Deployment(_rollout.ProjectId, id);
            }
        }

        keys.Config(_rollout.ProjectId, _rollout.ConfigId);
    }

    protected override bool Run(IWriteTransaction rows)
    {
        var state = new RolloutState(_rollout, rows.Now);
        var ended = look.Ended.Select(server => EndOf(rows, server)).OfType<RolloutServer>().ToList();
        var failed = ended.Count(server => server.Outcome == RolloutOutcome.Failed);
        state.End(ended.Count - failed, failed);
        var late = look.Late.Count(server => rows.Deployment(_rollout.ProjectId, server.DeploymentId) is { IsTerminal: false, Lateness: Lateness.Overdue });
        var most = state.Advance(late, state.Row.InProgress - look.LateCount);
        if (most > 0 && rows.Config(_rollout.ProjectId, _rollout.ConfigId) is null)
        {
            state.Fail("The config is gone");
            most = 0;
        }

        var (begun, skipped) = Choose(rows, most);
        if (begun.Count + skipped.Count > 0)
        {
            state.Begin(begun.Count, skipped.Count);
            state.Advance(late, begun.Count);
        }

        if (!state.IsChanged || rows.Execute(RolloutSql.Save, [(state.Row, rows.Now)]) == 0)
        {
            return false;
        }

        foreach (var happened in state.Happened)
        {
            Append(rows, RolloutEvents.Of(state.Row, happened, Actor.Service, rows.Now));
        }

        rows.Execute(RolloutSql.End, ended);
        Begin(rows, state.Row, begun, skipped);
        return look.HasMoreEnded || (!state.Row.IsEnded && state.Row.BatchLeft > 0);
    }

    private RolloutServer? EndOf(IWriteTransaction rows, ServerNews server)
    {
        var deployment = rows.Deployment(_rollout.ProjectId, server.DeploymentId);
        return RolloutOutcomes.Of(_rollout, deployment?.Status, deployment?.ConfigId, deployment?.RolloutId) is not { } end ? null : new()
        {
            RolloutNumber = _rollout.Number,
            Position = server.Position,
            ServerId = "",
            Outcome = end.Outcome,
            Execution = deployment?.Execution,
            EndedTime = deployment?.EndedTime ?? rows.Now,
            Reason = DeploymentEvent.Shorten(end.Reason ?? deployment?.StatusReason),
        };
    }

    /// <summary>Which of the next servers are begun, each with the deployment that it has, and which need not be.</summary>
    private (List<(NextServer Server, SoftwareDeployment? Current)> Begun, List<NextServer> Skipped) Choose(IWriteTransaction rows, long most)
    {
        var (begun, skipped) = (new List<(NextServer, SoftwareDeployment?)>(), new List<NextServer>());
        foreach (var server in look.Next)
        {
            if (begun.Count >= most)
            {
                break;
            }

            if (server.DoneId is null)
            {
                begun.Add((server, server.DeploymentId is null ? null : rows.Deployment(_rollout.ProjectId, server.DeploymentId)));
            }
            else if (rows.Deployment(_rollout.ProjectId, server.DoneId) is { Status: DeploymentStatus.Complete } done && done.ConfigId == _rollout.ConfigId)
            {
                skipped.Add(server);
            }
            else
            {
                // It has changed since: looked at again, it is begun. What comes behind it waits for that.
                break;
            }
        }

        return (begun, skipped);
    }

    private void Begin(IWriteTransaction rows, Rollout rollout, List<(NextServer Server, SoftwareDeployment? Current)> begun, List<NextServer> skipped)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"Rollout {rollout.Name} ({rollout.Id}), batch {rollout.Batch}");
        var config = rows.Config(rollout.ProjectId, rollout.ConfigId);
        var (put, used) = (new List<RolloutServer>(), new List<RolloutDeployment>());
        foreach (var server in skipped)
        {
            put.Add(RowOf(server, RolloutOutcome.Skipped, server.DoneId!, null) with { EndedTime = rows.Now });
        }

        foreach (var (server, current) in begun)
        {
            var deployment = current is null ? Create(rows, server, used) : RunAgain(rows, current);
            Record(rows, deployment, new(current is null ? EventKind.Created : EventKind.Run, current?.Status) { Reason = reason, Config = config });
            RecordIfSkipped(rows, deployment);
            put.Add(RowOf(server, RolloutOutcome.InProgress, deployment.Id, deployment.Execution) with { StartedTime = rows.Now });
        }

        rows.Execute(RolloutSql.Begin, put);
        rows.Execute(RolloutSql.Use, used);

        RolloutServer RowOf(NextServer server, RolloutOutcome outcome, string deploymentId, long? execution) => new()
        {
            RolloutNumber = rollout.Number,
            Position = server.Position,
            ServerId = server.ServerId,
            Outcome = outcome,
            Batch = outcome == RolloutOutcome.Skipped ? null : rollout.Batch,
            DeploymentId = deploymentId,
            Execution = execution,
        };
    }

    private SoftwareDeployment Create(IWriteTransaction rows, NextServer server, List<RolloutDeployment> used)
    {
        used.Add(new() { ProjectId = _rollout.ProjectId, Name = _rollout.Name, ServerId = server.ServerId, DeploymentId = server.NewId });
        var deployment = new SoftwareDeployment
        {
            ProjectId = _rollout.ProjectId,
            Id = server.NewId,
            Sequence = 0,
            ServerId = server.ServerId,
            ConfigId = _rollout.ConfigId,
            Action = _rollout.Action,
            Status = DeploymentStatus.InProgress,
            StatusReason = DeploymentStatus.DataAvailable,
            InputValues = _rollout.InputValues,
            CreationTime = rows.Now,
            StartedTime = rows.Now,
            StartedBy = Actor.Name,
            RolloutId = _rollout.Id,
            Timeout = _rollout.Timeout,
        };
        return rows.Add(deployment with { Deadline = deployment.DeadlineFrom(rows.Now) });
    }

    /// <summary>The next run of the deployment that the rollouts of this name use for the server, with this rollout's config.</summary>
    private SoftwareDeployment RunAgain(IWriteTransaction rows, SoftwareDeployment current)
    {
        var given = current with { ConfigId = _rollout.ConfigId, Action = _rollout.Action, InputValues = _rollout.InputValues, Timeout = _rollout.Timeout };
        var begun = UpdatedDeployment.RunAgain(given, rows.Now, Actor) with { RolloutId = _rollout.Id };
        ExecutionSnapshots.Follow(rows, current, begun, runs);
        rows.Save(current, begun);
        return begun;
    }
}
