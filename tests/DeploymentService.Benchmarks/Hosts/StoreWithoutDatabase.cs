using DeploymentService.Auth;
using DeploymentService.Deployments;
using DeploymentService.Http;
using DeploymentService.Storage.Model;

namespace DeploymentService.Benchmarks.Hosts;

/// <summary>Answers at once what a database would have answered, and keeps nothing.</summary>
public sealed class StoreWithoutDatabase(TimeProvider time) : IDeploymentStore
{
    private const int RowsOfServer = 10;

    /// <inheritdoc />
    public Task<DeploymentCreation> CreateAsync(string projectId, CreateDeployment body, Actor actor) =>
        Task.FromResult(new DeploymentCreation(CreationOutcome.Created, Row(projectId, Guid.NewGuid().ToString())));

    /// <inheritdoc />
    public Task<DeploymentUpdate> UpdateAsync(string projectId, string id, UpdateDeployment body, UpdatePrecondition precondition, Actor actor) =>
        Task.FromResult(new DeploymentUpdate(UpdateOutcome.Updated, Row(projectId, id, body)));

    /// <inheritdoc />
    public Task<UpdateOutcome> DeleteAsync(string projectId, string id, UpdatePrecondition precondition, Actor actor) => Task.FromResult(UpdateOutcome.Deleted);

    /// <inheritdoc />
    public ValueTask<SoftwareDeployment?> FindAsync(string projectId, string id) => ValueTask.FromResult<SoftwareDeployment?>(Row(projectId, id));

    /// <inheritdoc />
    public ValueTask<ListChunk<DeploymentView>> ListAsync(string projectId, string? serverId, Paging paging) => ValueTask.FromResult(new ListChunk<DeploymentView>(
        [.. Enumerable.Range(0, RowsOfServer).Select(_ => DeploymentView.Of(Row(projectId, Seed.SampleId)))], Seed.SampleId, LastPlace: 1, IsLast: true, IsCut: false));

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
        StartedTime = time.GetUtcNow().UtcDateTime,
    };
}
