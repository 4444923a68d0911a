using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using Microsoft.OpenApi;

namespace DeploymentService.Fleet;

/// <summary>Which server is to be removed, and how.</summary>
/// <param name="ServerId">The server, of the path.</param>
/// <param name="Deployments">What becomes of the deployments that it has in progress.</param>
[Reads(ParameterLocation.Query, Parameter)]
public sealed record RemoveServerQuery(string ServerId, InProgressEnd Deployments)
{
    private const string Parameter = "deployments";
    private static readonly Dictionary<string, InProgressEnd> Words = new() { ["fail"] = InProgressEnd.Fail, ["delete"] = InProgressEnd.Delete };

    /// <summary>Reads the path and the query.</summary>
    /// <exception cref="FaultException">400: it names everything that does not fit.</exception>
    public static ValueTask<RemoveServerQuery> BindAsync(HttpContext http)
    {
        var query = new QueryFields(http);
        var end = query.Choice(Parameter, Words, InProgressEnd.None);
        query.ThrowIfInvalid();
        // The server's id may have any character, a slash too, so it is read where the client wrote it.
        return ValueTask.FromResult(new RemoveServerQuery(RawPath.LastSegment(http), end));
    }
}
