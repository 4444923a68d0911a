using DeploymentService.Configs;
using DeploymentService.Deployments;
using DeploymentService.Http;

namespace DeploymentService.Benchmarks.Hosts;

/// <summary>Answers at once what a database would have answered, and keeps nothing.</summary>
public sealed class StoreWithoutDatabase(TimeProvider time) : IDeploymentStore
{
    private const int RowsOfServer = 10;

    /// <inheritdoc />
    public Task<SoftwareDeployment?> CreateAsync(string projectId, CreateDeployment body) =>
        Task.FromResult<SoftwareDeployment?>(Row(projectId, Guid.NewGuid().ToString()));

    /// <inheritdoc />
    public Task<DeploymentUpdate> UpdateAsync(string projectId, string id, UpdateDeployment body, string? onlyServer) =>
        Task.FromResult(new DeploymentUpdate(Row(projectId, id, body), ConfigIsGone: false));

    /// <inheritdoc />
    public Task<bool> DeleteAsync(string projectId, string id) => Task.FromResult(true);

    /// <inheritdoc />
    public SoftwareDeployment? Find(string projectId, string id) => Row(projectId, id);

    /// <inheritdoc />
    public ListChunk<DeploymentView> List(string projectId, string? serverId, Paging paging) =>
        new([.. Enumerable.Range(0, RowsOfServer).Select(_ => DeploymentView.Of(Row(projectId, Seed.SampleId)))], Seed.SampleId, LastPlace: 1, IsLast: true, IsCut: false);

    /// <inheritdoc />
    public IReadOnlyList<SoftwareConfig> Metadata(string projectId, string serverId) => [];

    private SoftwareDeployment Row(string projectId, string id, UpdateDeployment? body = null) => new()
    {
        ProjectId = projectId,
        Id = id,
        Sequence = 1,
        ServerId = "server-1",
        ConfigId = Seed.SampleId,
        Action = "CREATE",
        Status = body?.Status ?? DeploymentStatus.Complete,
        StatusReason = body?.StatusReason ?? "Outputs received",
        InputValues = Seed.Inputs,
        OutputValues = body?.OutputValues ?? Seed.Outputs,
        CreationTime = time.GetUtcNow().UtcDateTime,
        UpdatedTime = time.GetUtcNow().UtcDateTime,
    };
}
