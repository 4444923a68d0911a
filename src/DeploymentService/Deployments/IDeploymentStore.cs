using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Deployments;

/// <summary>Keeps and finds deployments. The benchmarks put one without a database in its place, which is the limit that speed is measured against.</summary>
public interface IDeploymentStore
{
    /// <summary>Keeps a new deployment.</summary>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    Task<DeploymentCreation> CreateAsync(string projectId, CreateDeployment body, Actor actor);

    /// <summary>Updates a deployment.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="id">The deployment.</param>
    /// <param name="body">What to store: fields that are null stay as they are.</param>
    /// <param name="precondition">Under which conditions.</param>
    /// <param name="actor">Who does it.</param>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    Task<DeploymentUpdate> UpdateAsync(string projectId, string id, UpdateDeployment body, UpdatePrecondition precondition, Actor actor);

    /// <summary>Deletes a deployment. Its history stays until it is purged.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="id">The deployment.</param>
    /// <param name="precondition">Under which conditions.</param>
    /// <param name="actor">Who does it.</param>
    /// <exception cref="WriterBusyException">Nothing was deleted; trying again may help.</exception>
    Task<UpdateOutcome> DeleteAsync(string projectId, string id, UpdatePrecondition precondition, Actor actor);

    /// <summary>The deployment; null when the project has none with that id.</summary>
    ValueTask<SoftwareDeployment?> FindAsync(string projectId, string id);

    /// <summary>The deployments of a project or of one of its servers, oldest first, as many as one chunk holds.</summary>
    ValueTask<ListChunk<DeploymentView>> ListAsync(string projectId, string? serverId, Paging paging);
}
