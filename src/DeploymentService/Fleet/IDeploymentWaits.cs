using DeploymentService.Http;
using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>What <c>wait</c> holds up before an answer is made.</summary>
public interface IDeploymentWaits
{
    /// <summary>Waits until all deployments that fit a filter are complete or failed, or time is over.</summary>
    /// <exception cref="FaultException">401: the token has ended meanwhile. 429: too many wait already.</exception>
    Task ForEndsAsync(HttpContext http, string projectId, DeploymentFilter filter, WaitTime wait);

    /// <summary>Waits until a deployment is as wanted, or gone, or time is over.</summary>
    /// <returns>The deployment as it is then; null when it is gone.</returns>
    /// <exception cref="FaultException">401: the token has ended meanwhile. 429: too many wait already.</exception>
    Task<SoftwareDeployment?> ForAsync(HttpContext http, SoftwareDeployment deployment, Func<SoftwareDeployment, bool> isWanted, WaitTime wait);
}
