using System.Globalization;

namespace DeploymentService.Agents;

/// <summary>What the secret URL says to which a server reports how one execution of a deployment went.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="DeploymentId">The deployment.</param>
/// <param name="Execution">Which of its executions.</param>
public sealed record SignalAddress(string ProjectId, string DeploymentId, long Execution)
{
    /// <summary>The route; its parameters are those of <see cref="Read"/>.</summary>
    public const string Route = "/signal/{project_id:project}/{deployment_id}/{execution}/{signature}";

    /// <summary>The path without its signature.</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"/signal/{ProjectId}/{DeploymentId}/{Execution}");

    /// <summary>The address of a request whose path is genuine.</summary>
    public static SignalAddress Read(RouteValueDictionary route) => new(
        (string)route["project_id"]!,
        (string)route["deployment_id"]!,
        long.Parse((string)route["execution"]!, CultureInfo.InvariantCulture));
}
