using DeploymentService.Configs;
using DeploymentService.Http;
using DeploymentService.Writing;

namespace DeploymentService.Deployments;

/// <summary>Keeps and finds deployments. The benchmarks put one without a database in its place, which is the limit that speed is measured against.</summary>
public interface IDeploymentStore
{
    /// <summary>Keeps a new deployment. Null when its config has been deleted meanwhile.</summary>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    Task<SoftwareDeployment?> CreateAsync(string projectId, CreateDeployment body);

    /// <summary>Updates a deployment.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="id">The deployment.</param>
    /// <param name="body">What to store: fields that are null stay as they are.</param>
    /// <param name="onlyServer">The one server whose deployments the caller may update; null for all.</param>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    Task<DeploymentUpdate> UpdateAsync(string projectId, string id, UpdateDeployment body, string? onlyServer);

    /// <summary>Deletes a deployment. False when the project has none with that id.</summary>
    /// <exception cref="WriterBusyException">Nothing was deleted; trying again may help.</exception>
    Task<bool> DeleteAsync(string projectId, string id);

    /// <summary>The deployment; null when the project has none with that id.</summary>
    SoftwareDeployment? Find(string projectId, string id);

    /// <summary>The deployments of a project or of one of its servers, oldest first, as many as one chunk holds.</summary>
    ListChunk<DeploymentView> List(string projectId, string? serverId, Paging paging);

    /// <summary>The configs of a server's deployments, ordered by config name: one entry a deployment.</summary>
    IReadOnlyList<SoftwareConfig> Metadata(string projectId, string serverId);
}
