using System.Globalization;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>What the secret URL says to which a server reports how one execution of a deployment went.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="DeploymentId">The deployment.</param>
/// <param name="Execution">Which of its executions.</param>
/// <param name="Generation">The generation of the server's agent URL under which it was handed out. It is good as long as that one.</param>
public sealed record SignalUrlClaims(string ProjectId, string DeploymentId, long Execution, long Generation)
{
    /// <summary>The route; its parameters are those of <see cref="Read"/>.</summary>
    public const string Route = "/signal/{project_id:project}/{deployment_id}/{execution}/{signature}";

    /// <summary>
    /// The path without its signature. The first generation is not in it: the document of a server whose URL was never rotated stays what it was before there were
    /// generations here.
    /// </summary>
    public string Path => Generation == AgentUrl.FirstGeneration
        ? string.Create(CultureInfo.InvariantCulture, $"/signal/{ProjectId}/{DeploymentId}/{Execution}")
        : string.Create(CultureInfo.InvariantCulture, $"/signal/{ProjectId}/{DeploymentId}/{Execution}-{Generation}");

    /// <summary>The address of a request whose path is genuine.</summary>
    public static SignalUrlClaims Read(RouteValueDictionary route)
    {
        var run = ((string)route["execution"]!).Split('-');
        return new(
            (string)route["project_id"]!,
            (string)route["deployment_id"]!,
            long.Parse(run[0], CultureInfo.InvariantCulture),
            run.Length == 1 ? AgentUrl.FirstGeneration : long.Parse(run[1], CultureInfo.InvariantCulture));
    }
}
