using DeploymentService.Auth;
using DeploymentService.Events;
using DeploymentService.Http;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Deployments;

/// <summary>Keeps and finds deployments. It makes ids; the writer gives times and numbers.</summary>
public sealed class DeploymentStore(
    GroupCommitWriter writer, IDatabaseReader reader, EventLog log, DeploymentsOptions options, RunsOptions runs) : IDeploymentStore
{
    // A chunk of a list ends at whichever comes first, so that outputs of a megabyte do not add up in memory.
    private const int ChunkRows = 500;

    /// <inheritdoc />
    public Task<DeploymentCreation> CreateAsync(string projectId, CreateDeployment body, Actor actor)
    {
        var status = body.Status ?? DeploymentStatus.InProgress;
        var timeout = (body.Timeout ?? options.TimeoutSeconds) is > 0 and var seconds ? seconds : (long?)null;
        var deployment = new SoftwareDeployment
        {
            ProjectId = projectId,
            Id = Guid.NewGuid().ToString(),
            Sequence = 0,
            ServerId = body.ServerId!,
            ConfigId = body.ConfigId!,
            Action = body.Action,
            Status = status,
            StatusReason = body.StatusReason ?? (body.Status is null ? DeploymentStatus.DataAvailable : null),
            InputValues = body.InputValues,
            StackUserProjectId = body.StackUserProjectId,
            CreationTime = default,
            StartedTime = default,
            Timeout = timeout,
        };
        return writer.WriteAsync(new InsertDeployment(log, actor, deployment, body.Idempotency));
    }

    /// <inheritdoc />
    public Task<DeploymentUpdate> UpdateAsync(string projectId, string id, UpdateDeployment body, UpdatePrecondition precondition, Actor actor) =>
        writer.WriteAsync(new UpdateDeploymentRow(log, actor, new(projectId, id), body, precondition, runs));

    /// <inheritdoc />
    public Task<UpdateOutcome> DeleteAsync(string projectId, string id, UpdatePrecondition precondition, Actor actor) =>
        writer.WriteAsync(new DeleteDeployment(log, actor, new(projectId, id), precondition));

    /// <inheritdoc />
    public ValueTask<SoftwareDeployment?> FindAsync(string projectId, string id) => reader.FirstAsync(DeploymentQueries.Find, new(projectId, id));

    /// <inheritdoc />
    public async ValueTask<ListChunk<DeploymentView>> ListAsync(string projectId, string? serverId, Paging paging)
    {
        var after = paging.Place ?? await PlaceAsync(projectId, paging.Marker);
        var wanted = Math.Min(paging.Limit ?? int.MaxValue, ChunkRows);
        var found = new List<DeploymentView>();
        var (lastPlace, bytes, more) = (0L, 0, false);
        await (serverId is null
            ? reader.ForEachAsync(DeploymentQueries.OfProject, (projectId, after), wanted + 1, Take)
            : reader.ForEachAsync(DeploymentQueries.OfServer, (projectId, serverId, after), wanted + 1, Take));
        var chunk = ListChunk.Of(found, more, paging, view => view.Id, lastPlace);
        return !chunk.IsLast && paging is { Limit: { } limit, Place: null } && await EndOfPageAsync(projectId, serverId, lastPlace, limit - found.Count) is { } end
            ? chunk with { LastId = end, IsCut = true }
            : chunk;

        bool Take(SoftwareDeployment deployment)
        {
            if (found.Count == wanted || bytes > PiecewiseResponse.PieceBytes)
            {
                more = true;
                return false;
            }

            var view = DeploymentView.Of(deployment);
            found.Add(view);
            lastPlace = deployment.Sequence;
            bytes += view.LargeBytes;
            return true;
        }
    }

    /// <summary>The place of a marker in the order of creation; before all rows when there is none, or none that is known, as in Heat.</summary>
    private async ValueTask<long> PlaceAsync(string projectId, string? marker) =>
        marker is not null && await reader.FirstAsync(EventQueries.Number, (projectId, marker)) is { } found ? found.Number : 0;

    /// <summary>
    /// The id of the last row of a page, of which so many are still to come behind a place; null when the page is the last. Headers go out before the rows are read.
    /// </summary>
    private async ValueTask<string?> EndOfPageAsync(string projectId, string? serverId, long after, int toCome)
    {
        var (last, more) = ((string?)null, false);
        await (serverId is null
            ? reader.ForEachAsync(DeploymentQueries.IdsOfProject, (projectId, after), toCome + 1, Take)
            : reader.ForEachAsync(DeploymentQueries.IdsOfServer, (projectId, serverId, after), toCome + 1, Take));
        return more ? last : null;

        bool Take(string id)
        {
            if (toCome-- == 0)
            {
                more = true;
                return false;
            }

            last = id;
            return true;
        }
    }
}
