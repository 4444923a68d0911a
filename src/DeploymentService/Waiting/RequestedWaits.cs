using DeploymentService.Auth;
using DeploymentService.Fleet;
using DeploymentService.Http;
using DeploymentService.Limits;
using DeploymentService.Storage.Model;

namespace DeploymentService.Waiting;

/// <summary>The waits that <c>wait</c> asks for, while the token is good.</summary>
internal sealed class RequestedWaits(DeploymentWaits one, FilterWaits many, WaitLimit limit, TokenWatch tokens) : IDeploymentWaits
{
    /// <inheritdoc />
    public Task ForEndsAsync(HttpContext http, string projectId, DeploymentFilter filter, WaitTime wait) =>
        many.WaitAsync(http, projectId, WaitGoal.EndOf(filter), wait.Span);

    /// <inheritdoc />
    public async Task<SoftwareDeployment?> ForAsync(HttpContext http, SoftwareDeployment deployment, Func<SoftwareDeployment, bool> isWanted, WaitTime wait)
    {
        using var place = limit.Take(http);
        return await tokens.WhileGoodAsync(http, end => one.WaitAsync(deployment.ProjectId, deployment.Id, isWanted, wait, end));
    }
}
