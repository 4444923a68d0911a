using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Secrets;
using Microsoft.OpenApi;

namespace DeploymentService.Fleet;

/// <summary>How a deployment is asked for, beside Heat's way.</summary>
/// <param name="Detail">True to say also what Heat does not know of it.</param>
/// <param name="Wait">How long to wait; null to answer at once.</param>
/// <param name="Values">Which input and output values come with it.</param>
[Reads(ParameterLocation.Query, "detail", ShownValue.Parameter, WaitTime.Parameter)]
public sealed record ShowQuery(bool Detail, WaitTime? Wait, ShownValues Values)
{
    private static readonly ShowQuery Default = new(Detail: false, Wait: null, ShownValues.All);

    /// <summary>True when the details come only because of the wait.</summary>
    public bool IsForStateAlone { get; init; }

    /// <summary>Reads the query.</summary>
    /// <exception cref="FaultException">400: it names everything that does not fit.</exception>
    public static ValueTask<ShowQuery> BindAsync(HttpContext http)
    {
        if (!http.Request.QueryString.HasValue)
        {
            return ValueTask.FromResult(Default);
        }

        var query = new QueryFields(http);
        var wait = WaitTime.Read(query)?.For(http);
        var detail = query.Flag("detail");
        var read = new ShowQuery(detail ?? wait is not null, wait, ShownValue.Read(query)) { IsForStateAlone = detail is null };
        query.ThrowIfInvalid();
        return ValueTask.FromResult(read);
    }
}
