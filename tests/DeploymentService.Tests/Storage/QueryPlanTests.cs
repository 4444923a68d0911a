using System.Text.RegularExpressions;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Storage;

/// <summary>No statement reads a table from end to end, or sorts what an index has in order.</summary>
public sealed partial class QueryPlanTests
{
    // They take the first row and no more, or are asked once, at a start; or every few seconds, of a table that is small; or every ten seconds, of a column that every poll changes.
    private static readonly string[] MayScan =
    [
        "SqliteEventRows.LastTimeSql", "ReadHealthCheck.AnyConfigText", "FirstAdminToken.All", "SigningKeyQueries.AllText", "FleetQueries.WrittenServersText",
        "SqliteSchema.HasHistorySql", "RolloutQueries.OpenText", "QuotaQueries.OfAllText", "WebhookQueries.EnabledText", "WebhookSql.HoldText", "WebhookSql.ReleaseText",
        "SigningKeyQueries.AnyServerText", "RestoreSql.GreatestText", "RestoreSql.RevisionsText",
    ];

    // An agent's few configs are sorted by name, which is in another table than its deployments; and few tokens are, by age.
    private static readonly string[] MaySort = ["AgentQueries.MetadataText", "AgentQueries.DocumentText", "FirstAdminToken.All", "InsertSession.Displace", "BootstrapTokenId.Old", "QuotaQueries.OfAllText", .. Failures];

    // The failures of one rollout are shown by when they were and by why.
    private static string[] Failures => ["RolloutQueries.FirstFailedText", "RolloutQueries.ReasonsText"];

    public static IEnumerable<object[]> Statements => ServiceStatements.OutsideOf(".Storage.Postgres");

    [SqliteTheory]
    [MemberData(nameof(Statements))]
    public void Every_statement_is_led_by_an_index(string name, string sql)
    {
        var parameters = Parameter().Matches(sql).Select(match => match.Value).Distinct().Select(name => (name, (object)1));
        var steps = ServiceApp.Shared.Database.Query("EXPLAIN QUERY PLAN " + sql, row => row.GetString(3), [.. parameters]);

        Assert.DoesNotContain(steps, step => step.StartsWith("SCAN", StringComparison.Ordinal) && step != "SCAN CONSTANT ROW" && !step.EndsWith("-ROW VALUES CLAUSE", StringComparison.Ordinal) && !MayScan.Contains(name));
        // An index made for the one query. A SEARCH without any index is that for the lowest or the highest number.
        Assert.DoesNotContain(steps, step => step.Contains("AUTOMATIC", StringComparison.Ordinal));
        Assert.DoesNotContain(steps, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal) && !MaySort.Contains(name));
    }

    [SqliteFact]
    public void What_people_did_is_found_in_an_index_of_that_alone()
    {
        var sql = (string)Assert.Single(Statements, statement => (string)statement[0] == "AuditQueries.PageText")[1];
        var steps = ServiceApp.Shared.Database.Query("EXPLAIN QUERY PLAN " + sql, row => row.GetString(3), [.. Enumerable.Range(1, 6).Select(number => ($"${number}", (object)1))]);

        Assert.Contains("IX_deployment_events_project_id_sequence_subject", Assert.Single(steps), StringComparison.Ordinal);
    }

    [GeneratedRegex("[?$][0-9]+")]
    private static partial Regex Parameter();
}
