using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Deployments;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Rollouts;

/// <summary>Keeps and finds rollouts.</summary>
public sealed class RolloutStore(GroupCommitWriter writer, IDatabaseReader reader, EventLog log, DeploymentsOptions options, RunsOptions runs)
{
    /// <summary>A rollout; null when the project has none with that id.</summary>
    public ValueTask<Rollout?> FindAsync(string projectId, string id) => reader.FirstAsync(RolloutQueries.Find, (projectId, id));

    /// <summary>The servers of a rollout that has ended that failed or were never begun.</summary>
    public ValueTask<List<string>> RetriedAsync(Rollout rollout) => reader.ListAsync(RolloutQueries.Retried, rollout);

    /// <summary>Keeps a new rollout.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="body">What is wanted.</param>
    /// <param name="servers">Its servers, each once.</param>
    /// <param name="earlier">The rollout whose servers are tried again; null for none.</param>
    /// <param name="actor">Who wants it.</param>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    internal Task<RolloutCreation> CreateAsync(string projectId, CreateRollout body, IReadOnlyList<string> servers, Rollout? earlier, Actor actor)
    {
        var rollout = new Rollout
        {
            ProjectId = projectId,
            Id = Guid.NewGuid().ToString(),
            Number = 0,
            Name = body.Name!,
            // Without one, the key of a request before says what becomes of this one.
            ConfigId = body.ConfigId ?? earlier?.ConfigId ?? "",
            Action = body.Action ?? earlier?.Action,
            InputValues = body.InputValues ?? earlier?.InputValues,
            Timeout = (body.Timeout ?? earlier?.Timeout ?? options.TimeoutSeconds) is > 0 and var seconds ? seconds : null,
            BatchSizes = body.BatchSizes is { Count: > 0 } sizes ? string.Join(',', sizes.Select(size => size.ToString(CultureInfo.InvariantCulture))) : null,
            PauseSeconds = body.PauseSeconds is > 0 ? body.PauseSeconds : null,
            PauseAfterBatch = body.PauseAfterBatch ?? false,
            MaxFailures = body.MaxFailures,
            MaxFailurePercent = body.MaxFailurePercent,
            SkipDone = body.SkipDone ?? false,
            RetryOf = earlier?.Id,
            Status = RolloutStatus.InProgress,
            Total = servers.Count,
            Pending = servers.Count,
            CreationTime = default,
            CreatedBy = actor.Name,
        };
        return writer.WriteAsync(new InsertRollout(log, actor, rollout, servers, body.Idempotency));
    }

    /// <summary>Takes a rollout one step further; true when there is more to do at once.</summary>
    /// <exception cref="WriterBusyException">Nothing was changed; trying again may help.</exception>
    internal async Task<bool> AdvanceAsync(RolloutLook look)
    {
        try
        {
            return await writer.WriteAsync(new AdvanceRollout(log, look, runs));
        }
        catch (WriterBusyException exception) when (exception.IsForRoom && look is { Ended.Count: > 0, Next.Count: > 0 })
        {
            // There is no room for what is next. What has ended is put down nevertheless.
            return await writer.WriteAsync(new AdvanceRollout(log, look with { Next = [] }, runs));
        }
    }

    /// <summary>Does with a rollout what a person wants.</summary>
    /// <exception cref="WriterBusyException">Nothing was changed; trying again may help.</exception>
    internal async Task<RolloutActionResult> ActAsync((string ProjectId, string Id) rollout, RolloutAction action, long? batch, Actor actor)
    {
        // Beside the writer: with very many servers it takes a while.
        var late = action == RolloutAction.Retry && await FindAsync(rollout.ProjectId, rollout.Id) is { FailureLimit: not null } found
            ? await RolloutLook.LateAsync(reader, found) : 0;
        return await writer.WriteAsync(new ActOnRollout(log, actor, rollout, action, batch) { Late = late });
    }
}
