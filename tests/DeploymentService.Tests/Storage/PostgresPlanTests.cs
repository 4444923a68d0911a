using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Storage;

/// <summary>On PostgreSQL, too, no statement reads a table from end to end, or sorts what an index has in order.</summary>
/// <param name="folder">
/// Its database is nobody else's, and empty: where the server has looked at tables and found them all but empty, it reads them as a whole, whatever it is told.
/// </param>
public sealed partial class PostgresPlanTests(TempFolder folder) : IClassFixture<TempFolder>
{
    // They take the first row and no more, or are asked once, at a start or after a restore; or now and then for all rows of a project or of all, in the way that suits their sizes.
    private static readonly string[] MayScan =
    [
        "ReadHealthCheck.AnyConfigText", "SigningKeyQueries.AllText", "SigningKeyQueries.AnyServerText", "FleetQueries.WrittenServersText", "RolloutQueries.OpenText",
        "QuotaQueries.OfProjectText", "QuotaQueries.OfAllText", "WebhookQueries.EnabledText", "WebhookSql.HoldText", "WebhookSql.ReleaseText", "RestoreSql.GreatestText", "RestoreSql.RevisionsText",
    ];

    // An agent's few configs are sorted by name, which is in another table than its deployments; the failures of one rollout by when they were and by why.
    private static readonly string[] MaySort = ["AgentQueries.MetadataText", "AgentQueries.DocumentText", "RolloutQueries.FirstFailedText", "RolloutQueries.ReasonsText", "QuotaQueries.OfAllText"];

    public static IEnumerable<object[]> Statements => ServiceStatements.OutsideOf(".Storage.Sqlite");

    [PostgresTheory]
    [MemberData(nameof(Statements))]
    public void Every_statement_is_led_by_an_index(string name, string sql)
    {
        var plan = Plan(sql);

        var steps = Steps(plan, isLimited: false).ToList();
        Assert.DoesNotContain(steps, step => step.IsScan && !MayScan.Contains(name));
        Assert.DoesNotContain(steps, step => step.Kind is "Sort" or "Incremental Sort" && !MaySort.Contains(name));
    }

    /// <summary>How the server goes about a statement, whatever its parameters, when it reads a table as a whole, or sorts, only where it has no choice.</summary>
    private JsonNode Plan(string sql)
    {
        var types = ParametersOf(sql, out var count);
        var values = count == 0 ? "" : $"({string.Join(", ", Enumerable.Repeat("NULL", count))})";
        var text = $"""
            SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET plan_cache_mode = force_generic_plan;
            PREPARE statement{types} AS {sql};
            EXPLAIN (FORMAT JSON) EXECUTE statement{values};
            """;
        return JsonNode.Parse(Assert.Single(folder.Database.Query(text, row => row.GetString(0))))![0]!["Plan"]!;
    }

    /// <summary>The types of a statement's parameters, where the server needs to be told: those of arrays of columns.</summary>
    private string ParametersOf(string sql, out int count)
    {
        count = Parameter().Matches(sql).Select(match => int.Parse(match.ValueSpan[1..], System.Globalization.CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max();
        if (Unnest().Match(sql) is not { Success: true } unnest)
        {
            return "";
        }

        var names = unnest.Groups["names"].Success ? unnest.Groups["names"].Value : Inserted().Match(sql).Groups["names"].Value;
        var types = names.Split(',').Select(name => TypeOf(name.Trim().Trim('"')) + "[]").ToList();
        types.AddRange(Enumerable.Repeat("bigint", count - types.Count));
        return $"({string.Join(", ", types)})";
    }

    private string TypeOf(string column) => column switch
    {
        "seen" => "bigint",
        "has_inputs" or "has_outputs" => "boolean",
        _ => folder.Database.Query(
            "SELECT DISTINCT data_type FROM information_schema.columns WHERE table_schema = 'public' AND column_name = @column ORDER BY 1", row => row.GetString(0), ("column", column))
            .Select(type => type == "character varying" ? "text" : type).Distinct().First(),
    };

    private static IEnumerable<(string Kind, bool IsScan)> Steps(JsonNode step, bool isLimited)
    {
        var kind = step["Node Type"]!.GetValue<string>();
        var isWhole = kind == "Seq Scan" || (kind.StartsWith("Index", StringComparison.Ordinal) && step["Index Cond"] is null && !isLimited);
        yield return (kind, isWhole);
        foreach (var below in (step["Plans"]?.AsArray() ?? []).SelectMany(child => Steps(child!, isLimited || kind == "Limit")))
        {
            yield return below;
        }
    }

    [GeneratedRegex(@"\$[0-9]+")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"unnest\([^)]*\)(?: AS \w+ \((?<names>[^)]*)\))?")]
    private static partial Regex Unnest();

    [GeneratedRegex(@"^INSERT INTO \w+ \((?<names>[^)]*)\)")]
    private static partial Regex Inserted();
}
