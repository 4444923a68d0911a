using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Secrets;
using Microsoft.OpenApi;

namespace DeploymentService.Runs;

/// <summary>How runs are asked for.</summary>
/// <param name="Values">Which input and output values come with them.</param>
[Reads(ParameterLocation.Query, ShownValue.Parameter)]
public sealed record RunsQuery(ShownValues Values)
{
    /// <summary>Reads the query.</summary>
    /// <exception cref="FaultException">400: it names everything that does not fit.</exception>
    public static ValueTask<RunsQuery> BindAsync(HttpContext http)
    {
        var query = new QueryFields(http);
        var read = new RunsQuery(ShownValue.Read(query));
        if (query.HasErrors)
        {
            Paging.Check(query);
        }

        query.ThrowIfInvalid();
        return ValueTask.FromResult(read);
    }
}
