using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using Microsoft.OpenApi;

namespace DeploymentService.Fleet;

/// <summary>Which servers are asked for: all that fit every part that is there.</summary>
/// <param name="ServerId">The one with this id.</param>
/// <param name="Text">Those with this text in their id, in upper or lower case.</param>
/// <param name="Silent">Those that are silent, or those that are not.</param>
[Reads(ParameterLocation.Query, "server_id", "q", "silent")]
public sealed record ServerQuery(string? ServerId, string? Text, bool? Silent)
{
    /// <summary>Reads the query.</summary>
    /// <exception cref="FaultException">400: it names everything that does not fit.</exception>
    public static ValueTask<ServerQuery> BindAsync(HttpContext http)
    {
        var query = new QueryFields(http);
        var read = new ServerQuery(query.Text("server_id"), query.Text("q"), query.Flag("silent"));
        Paging.Check(query);
        query.ThrowIfInvalid();
        return ValueTask.FromResult(read);
    }

    /// <summary>True of a server that is asked for.</summary>
    public bool Matches(ServerView server) =>
        (ServerId is null || server.ServerId == ServerId)
        && (Text is null || server.ServerId.Contains(Text, StringComparison.OrdinalIgnoreCase))
        && (Silent is null || server.Silent == Silent);
}
