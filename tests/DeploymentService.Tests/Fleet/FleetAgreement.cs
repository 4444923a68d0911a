using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;
using Row = DeploymentService.Tests.Fleet.StoredFleet.Row;

namespace DeploymentService.Tests.Fleet;

/// <summary>Compares what the service finds and counts in memory with the rows in its database.</summary>
internal static class FleetAgreement
{
    private const string Reports = "SELECT count(*) FROM deployment_events WHERE project_id = @project AND kind IN ('update', 'signal', 'late') AND subject IS NULL";

    private const string Failures = """
        SELECT count(*) FROM deployment_events WHERE project_id = @project AND status_to = 'FAILED' AND status_from IS DISTINCT FROM 'FAILED'
        """;

    /// <summary>Compares, while nothing is being changed.</summary>
    public static async Task AssertAgreesAsync(this Project project)
    {
        var rows = StoredFleet.Rows(project.App.Database, project.Id);
        await AssertListsAsync(project, rows);
        await AssertServersAsync(project, rows);
        await AssertSummaryAsync(project, rows);
    }

    /// <summary>The servers as they are listed.</summary>
    public static async Task<JsonArray> ServersAsync(this Project project, string query = "")
    {
        var answer = await project.SendAsync("GET", "servers" + query);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json["servers"]!.AsArray();
    }

    /// <summary>The summary.</summary>
    public static async Task<JsonNode> SummaryAsync(this Project project)
    {
        var answer = await project.SendAsync("GET", "software_deployments/summary");
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json["summary"]!;
    }

    private static async Task AssertListsAsync(Project project, List<Row> rows)
    {
        foreach (var key in FleetOrder.Keys)
        {
            Assert.Equal(FleetOrder.Sorted(rows, key, isDescending: false), await project.IdsAsync($"?sort_key={key}"));
            Assert.Equal(FleetOrder.Sorted(rows, key, isDescending: true).Take(50), await project.IdsAsync($"?sort_key={key}&sort_dir=desc&limit=50"));
        }

        foreach (var (query, fits) in new (string, Func<Row, bool>)[]
        {
            ("status=FAILED", row => row.Status == "FAILED"),
            ("status=IN_PROGRESS,COMPLETE", row => row.Status != "FAILED"),
            ("overdue=true", row => row.Overdue),
            ("server_id=server-3&detail=false", row => row.Server == "server-3"),
            ("name=one", row => row.Name == "one"),
            ("action=UPDATE", row => row.Action == "UPDATE"),
            ("q=REASON%203", row => row.Reason?.Contains("reason 3", StringComparison.Ordinal) == true),
        })
        {
            Assert.Equal(rows.Where(fits).Select(row => row.Id), await project.IdsAsync("?" + query));
        }
    }

    private static async Task AssertServersAsync(Project project, List<Row> rows)
    {
        var servers = await project.ServersAsync();
        Assert.Equal(servers.Select(Id).Order(StringComparer.Ordinal), servers.Select(Id));
        Assert.Empty(rows.Select(row => row.Server).Except(servers.Select(Id)));
        Assert.All(servers, server =>
        {
            var own = rows.Where(row => row.Server == Id(server)).ToList();
            AssertCounts(own, server!["counts"]!);
            Assert.Equal(own.Count(row => row.Overdue), server["overdue"]!.GetValue<int>());
            // One without a deployment was heard of.
            Assert.True(own.Count > 0 || server["last_report_time"] is not null || server["last_fetch_time"] is not null, server.ToString());
        });

        static string Id(JsonNode? server) => server!["server_id"]!.GetValue<string>();
    }

    private static async Task AssertSummaryAsync(Project project, List<Row> rows)
    {
        var summary = await project.SummaryAsync();
        AssertCounts(rows, summary["by_status"]!);
        Assert.Equal(rows.Count(row => row.Overdue), summary["overdue"]!.GetValue<int>());
        Assert.Equal((await project.ServersAsync()).Count, summary["servers"]!.GetValue<int>());
        Assert.Equal((await project.ServersAsync("?silent=true")).Count, summary["silent_servers"]!.GetValue<int>());
        Assert.Equal(24, summary["hours"]!.AsArray().Count);
        Assert.Equal(project.App.Database.Number(Reports, ("project", project.Id)), Sum("reports"));
        Assert.Equal(project.App.Database.Number(Failures, ("project", project.Id)), Sum("failures"));

        int Sum(string what) => summary["hours"]!.AsArray().Sum(hour => hour![what]!.GetValue<int>());
    }

    private static void AssertCounts(List<Row> rows, JsonNode counts)
    {
        Assert.Equal(["IN_PROGRESS", "COMPLETE", "FAILED"], counts.AsObject().Select(member => member.Key));
        Assert.All(counts.AsObject(), count => Assert.Equal(rows.Count(row => row.Status == count.Key), count.Value!.GetValue<int>()));
    }
}
