using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Storage.Model;
using Microsoft.OpenApi;

namespace DeploymentService.Audit;

/// <summary>Which events are asked for: all that fit every part that is there.</summary>
/// <param name="Subject">Those about this, a word of <see cref="EventSubject"/>.</param>
/// <param name="Kind">Those in which this happened to it, such as <c>created</c>.</param>
/// <param name="Actor">Those of a token of this name.</param>
/// <param name="Since">Those that happened then or later, UTC.</param>
/// <param name="Before">Those that happened before then, UTC.</param>
[Reads(ParameterLocation.Query, "subject", "kind", "actor", "since", "before")]
public sealed record AuditQuery(string? Subject, string? Kind, string? Actor, DateTime? Since, DateTime? Before)
{
    /// <summary>True when nothing but times is said, which cost nothing.</summary>
    internal bool IsOfAll => Subject is null && Kind is null && Actor is null;

    /// <summary>Reads the query.</summary>
    /// <exception cref="FaultException">400: it names everything that does not fit.</exception>
    public static ValueTask<AuditQuery> BindAsync(HttpContext http)
    {
        var query = new QueryFields(http);
        var read = new AuditQuery(query.Text("subject"), query.Text("kind"), query.Text("actor"), query.Time("since"), query.Time("before"));
        if (read.Subject is { } subject && !EventSubject.All.Contains(subject))
        {
            query.AddError("subject", $"must be one of {string.Join(", ", EventSubject.All)}");
        }

        Paging.Check(query);
        query.ThrowIfInvalid();
        return ValueTask.FromResult(read);
    }
}
