using DeploymentService.Configs;
using DeploymentService.Deadlines;
using DeploymentService.Events;
using DeploymentService.Http;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Deployments;

/// <summary>Keeps and finds deployments. It makes ids; the writer gives times and numbers.</summary>
public sealed class DeploymentStore(
    GroupCommitWriter writer, SqliteReaders readers, EventLog log, DeadlinesOptions deadlines) : IDeploymentStore
{
    // A chunk of a list ends at whichever comes first, so that outputs of a megabyte do not add up in memory.
    private const int ChunkRows = 500;
    private const int ChunkBytes = 1024 * 1024;

    /// <inheritdoc />
    public Task<DeploymentCreation> CreateAsync(string projectId, CreateDeployment body, Actor actor)
    {
        var status = body.Status ?? DeploymentStatus.InProgress;
        var timeout = (body.Timeout ?? deadlines.TimeoutSeconds) is > 0 and var seconds ? seconds : (long?)null;
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
            Timeout = timeout,
        };
        return writer.WriteAsync(new InsertDeployment(log, actor, deployment, body.Idempotency));
    }

    /// <inheritdoc />
    public Task<DeploymentUpdate> UpdateAsync(string projectId, string id, UpdateDeployment body, UpdatePrecondition precondition, Actor actor) =>
        writer.WriteAsync(new UpdateDeploymentRow(log, actor, new(projectId, id), body, precondition));

    /// <inheritdoc />
    public Task<UpdateOutcome> DeleteAsync(string projectId, string id, UpdatePrecondition precondition, Actor actor) =>
        writer.WriteAsync(new DeleteDeployment(log, actor, new(projectId, id), precondition));

    /// <inheritdoc />
    public SoftwareDeployment? Find(string projectId, string id) => readers.Read(
        static (session, key) => DeploymentSql.FindOne(session, key.projectId, key.id), (projectId, id));

    /// <inheritdoc />
    public ListChunk<DeploymentView> List(string projectId, string? serverId, Paging paging) => readers.Read(
        static (session, query) =>
        {
            var (projectId, serverId, paging) = query;
            var wanted = Math.Min(paging.Limit ?? int.MaxValue, ChunkRows);
            var row = session.Prepare(serverId is null ? DeploymentSql.OfProject : DeploymentSql.OfServer)
                .Bind(1, projectId)
                .Bind(2, paging.Place ?? (paging.Marker is { } marker ? DeploymentSql.PlaceOf(session, projectId, marker) : 0));
            if (serverId is not null)
            {
                row.Bind(3, serverId);
            }

            var found = new List<DeploymentView>();
            var lastPlace = 0L;
            var bytes = 0;
            while (row.Step())
            {
                if (found.Count == wanted || bytes > ChunkBytes)
                {
                    var chunk = ListChunk.Of(found, more: true, paging, view => view.Id, lastPlace);
                    if (!chunk.IsLast && paging is { Limit: { } limit, Place: null } && EndOfPage(row, limit - found.Count) is { } end)
                    {
                        chunk = chunk with { LastId = end, IsCut = true };
                    }

                    row.Reset();
                    return chunk;
                }

                var deployment = DeploymentColumns.Read(row);
                found.Add(DeploymentView.Of(deployment));
                lastPlace = deployment.Sequence;
                bytes += (deployment.InputValues?.Utf8.Length ?? 0) + (deployment.OutputValues?.Utf8.Length ?? 0);
            }

            return ListChunk.Of(found, more: false, paging, view => view.Id, lastPlace);
        },
        (projectId, serverId, paging));

    /// <inheritdoc />
    public IReadOnlyList<ServerEntry> Metadata(string projectId, string serverId) => readers.Read(
        static (session, key) =>
        {
            var entries = new List<ServerEntry>();
            var row = session.Prepare(DeploymentSql.Metadata).Bind(1, key.projectId).Bind(2, key.serverId);
            while (row.Step())
            {
                entries.Add(new(
                    ConfigSql.Read(row), row.Text(ConfigSql.ColumnCount), row.Integer(ConfigSql.ColumnCount + 1), row.Integer(ConfigSql.ColumnCount + 2) != 0));
            }

            return entries;
        },
        (projectId, serverId));

    /// <summary>The id of the last row of a page, of which so many are still to come; null when the page is the last. Headers go out before the rows are read.</summary>
    private static string? EndOfPage(SqliteStatement row, int toCome)
    {
        while (--toCome > 0)
        {
            if (!row.Step())
            {
                return null;
            }
        }

        var last = row.Text(1);
        return row.Step() ? last : null;
    }
}
