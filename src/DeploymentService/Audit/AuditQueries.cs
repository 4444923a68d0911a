using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Audit;

/// <summary>The query of what people did.</summary>
internal static class AuditQueries
{
    private const string PageText = $"""
        SELECT {EventColumns.All} FROM deployment_events AS e WHERE e.project_id = $1 AND e.sequence < $2 AND e.sequence >= $3 AND e.subject IS NOT NULL
        AND ($4 = '' OR e.subject = $4) AND ($5 = '' OR e.kind = $5) AND ($6 = '' OR e.actor_name = $6) ORDER BY e.sequence DESC
        """;

    /// <summary>Events of a project, or with an empty one of all of them, that are about no deployment; newest first.</summary>
    public static Query<AuditPage, DeploymentEvent> Page { get; } = new(PageText, Bind, static row => EventColumns.Read(row, 0));

    private static void Bind(IParameters parameters, AuditPage page) => parameters
        .Add(page.ProjectId).Add(page.Range.End).Add(page.Range.First).Add(page.Query.Subject ?? "").Add(page.Query.Kind ?? "").Add(page.Query.Actor ?? "");
}

/// <summary>What is asked for.</summary>
internal sealed record AuditPage(string ProjectId, AuditRange Range, AuditQuery Query);
