using DeploymentService.Tests.Support;
using Row = DeploymentService.Tests.Fleet.StoredFleet.Row;

namespace DeploymentService.Tests.Fleet;

/// <summary>Which deployments a list has: what each filter means, alone and with others.</summary>
public sealed class ListFilterTests(FilteredFleet fleet) : IClassFixture<FilteredFleet>
{
    private readonly Project _project = fleet.Project;

    private static IEnumerable<(string Query, Func<Row, bool> Fits)> Filters(IReadOnlyList<Row> rows)
    {
        foreach (var server in new[] { "web-1", "WEB-3", "web-3", "datenbank-größe", "a b/c&d=é+%", "nobody" })
        {
            yield return ($"server_id={Uri.EscapeDataString(server)}", row => row.Server == server);
        }

        yield return ($"config_id={rows[0].Config}", row => row.Config == rows[0].Config);
        yield return ($"config_id={rows[0].Config.ToUpperInvariant()}", _ => false);
        foreach (var status in new[] { "IN_PROGRESS", "COMPLETE", "FAILED", "COMPLETE,FAILED", "FAILED,IN_PROGRESS", "COMPLETE, FAILED,IN_PROGRESS", ",COMPLETE,,COMPLETE," })
        {
            yield return ($"status={Uri.EscapeDataString(status)}", row => status.Split(',', StringSplitOptions.TrimEntries).Contains(row.Status));
        }

        foreach (var action in new[] { "CREATE", "create", "DELETE", "créer" })
        {
            yield return ($"action={Uri.EscapeDataString(action)}", row => row.Action == action);
        }

        foreach (var name in new[] { "web", "Web", "we", "datenbank-größe" })
        {
            yield return ($"name={Uri.EscapeDataString(name)}", row => row.Name == name);
        }

        foreach (var text in new[] { "web", "WEB-", "étagère", "ÉTAGÈRE", "GRÖSSE", "GRÖßE", "würfel", "%", "_", "100", "endofline", "space left", "é+%", "'", "available" })
        {
            yield return ($"q={Uri.EscapeDataString(text)}", row => HasText(row, text));
        }

        // Of an id, too, and of the name of a config.
        foreach (var text in new[] { rows[3].Id, rows[4].Id[9..20].ToUpperInvariant(), rows[5].Id + "0", "datenbank" })
        {
            yield return ($"q={Uri.EscapeDataString(text)}", row => HasText(row, text));
        }

        foreach (var part in new[] { "WEB", "-", "größe", "é+%" })
        {
            yield return ($"server_id~={Uri.EscapeDataString(part)}", row => Has(row.Server, part));
        }

        yield return ("name~=WE", row => Has(row.Name, "we"));
        yield return ("name%7E=nk-gr", row => Has(row.Name, "nk-gr"));
        yield return ("action~=cr", row => Has(row.Action, "cr"));
        foreach (var (reason, others) in new[] { ("deploy_status_code : Deployment exited with non-zero status code: 17", "status code: 1"), ("5 units", "units"), ("<number> units", "units"), ("no such", "none") })
        {
            yield return ($"reason={Uri.EscapeDataString(reason)}", row => Has(row.Reason, others));
        }

        yield return ("overdue=true", row => row.Overdue);
        yield return ("overdue=False", row => !row.Overdue);
        yield return ("changed_since=2026-11-23T12:00:06Z", row => row.Changed >= Noon.AddSeconds(6));
        yield return ("changed_before=2026-11-23T12:00:06Z", row => row.Changed < Noon.AddSeconds(6));
        yield return ("changed_before=2026-11-23T12:00:00", _ => false);

        static bool HasText(Row row, string text) => new[] { row.Server, row.Reason, row.Name, row.Id }.Any(one => Has(one, text));

        static bool Has(string? text, string part) => text?.Contains(part, StringComparison.OrdinalIgnoreCase) == true;
    }

    private static DateTime Noon { get; } = new(2026, 11, 23, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Each_filter_and_every_two_of_them_find_what_fits()
    {
        var filters = Filters(fleet.Rows).ToList();
        foreach (var filter in filters)
        {
            var fits = fleet.Rows.Where(filter.Fits).ToList();
            Assert.Equal(fits.Select(row => row.Id), await _project.IdsAsync("?" + filter.Query + "&detail="));

            // A summary counts what a list has.
            var summary = (await _project.SendAsync("GET", "software_deployments/summary?" + filter.Query)).Json["summary"]!.AsObject();
            Assert.Equal(["by_status", "overdue", "servers", "silent_servers"], summary.Select(member => member.Key).Except(["hours"]));
            Assert.Equal(
                (fits.Count(row => row.Status == "IN_PROGRESS"), fits.Count(row => row.Status == "COMPLETE"), fits.Count(row => row.Status == "FAILED"), fits.Count(row => row.Overdue)),
                (Number("IN_PROGRESS"), Number("COMPLETE"), Number("FAILED"), summary["overdue"]!.GetValue<int>()));
            Assert.Equal(fits.Select(row => row.Server).Distinct().Count(), summary["servers"]!.GetValue<int>());

            int Number(string status) => summary["by_status"]![status]!.GetValue<int>();
        }

        foreach (var (one, other) in filters.SelectMany((one, place) => filters.Skip(place + 1).Select(other => (one, other))))
        {
            var query = $"{one.Query}&{other.Query}";
            if (Name(one.Query) == Name(other.Query) && Name(one.Query) != "status")
            {
                Assert.Equal(
                    $"{Name(one.Query)}: takes one value, and is there 2 times.", (await _project.SendAsync("GET", $"software_deployments?{query}")).AssertRefused(400));
                continue;
            }

            // Of a status twice either will do.
            var fits = fleet.Rows.Where(row => Name(one.Query) == Name(other.Query) ? one.Fits(row) || other.Fits(row) : one.Fits(row) && other.Fits(row)).ToList();
            Assert.Equal(fits.Select(row => row.Id), await _project.IdsAsync($"?{query}&detail="));
        }

        static string Name(string query) => query.Split('=')[0].Replace("%7E", "~", StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_filters_together_find_the_one_that_fits_all()
    {
        var row = fleet.Rows[6];
        var query = $"?server_id=x&config_id={row.Config}&status=IN_PROGRESS,FAILED&action=CREATE&changed_since=2026-11-23T12:00:09Z&q=UNITS&overdue=true";

        Assert.Equal([row.Id], await _project.IdsAsync(query));
        Assert.Empty(await _project.IdsAsync(query + "&name=web"));
    }

    [Theory]
    [InlineData("2026-11-23T12:00:06Z", 6)]
    [InlineData("2026-11-23t12:00:06z", 6)]
    [InlineData("2026-11-23T12:00:06", 6)]
    [InlineData("2026-11-23T12:00:06.000Z", 6)]
    [InlineData("2026-11-23T12:00:06.001Z", 6.001)]
    [InlineData("2026-11-23T12:00:07.5Z", 7.5)]
    [InlineData("2026-11-23T12:00:07.500000001Z", 7.5)]
    [InlineData("2026-11-23T12:00:07.500001Z", 7.500001)]
    [InlineData("2026-11-23T12:00:08", 8)]
    [InlineData("2026-11-23T12:00Z", 0)]
    [InlineData("2026-11-23T12:01", 60)]
    [InlineData("2026-11-23T13:00:06%2B01:00", 6)]
    [InlineData("2026-11-23T13:00:06+01:00", 6)]
    [InlineData("2026-11-23T13:00:07.5+01:00", 7.5)]
    [InlineData("2026-11-23T13:00:06%2B0100", 6)]
    [InlineData("2026-11-23T13:00:06%2B01", 6)]
    [InlineData("2026-11-23T06:30:06-05:30", 6)]
    [InlineData("2026-11-23", -43200)]
    [InlineData("2026-11-24", 43200)]
    [InlineData("1970-01-01", -1795435200)]
    public async Task A_time_is_understood_with_its_zone_and_its_fraction(string time, double secondsAfterNoon)
    {
        var since = Noon.AddTicks((long)Math.Round(secondsAfterNoon * TimeSpan.TicksPerSecond));

        Assert.Equal(fleet.Rows.Where(row => row.Changed >= since).Select(row => row.Id), await _project.IdsAsync($"?changed_since={time}"));
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("13:26")]
    [InlineData("1")]
    [InlineData("1795432011")]
    [InlineData("11/23/2026")]
    [InlineData("23 Nov 2026")]
    [InlineData("2026-11-23 12:00")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-02-30")]
    [InlineData("2026-11-23T25:00:00Z")]
    [InlineData("2026-11-23T12:00:00%2B99:00")]
    [InlineData("0001-01-01T00:00:00%2B14:00")]
    [InlineData("2026-11-23T12:00:00Z%0A")]
    public async Task What_is_no_time_is_refused(string time) =>
        Assert.Contains("changed_since: must be a time such as", (await RefusedAsync($"?changed_since={time}")), StringComparison.Ordinal);

    [Fact]
    public async Task A_filter_without_a_value_filters_nothing() => Assert.Equal(
        fleet.Rows.Select(row => row.Id),
        await _project.IdsAsync("?server_id=&config_id=&name=&status=&action=&changed_since=&q=&overdue=&sort_key=&sort_dir=&detail=&values=&wait=&marker="));

    [Fact]
    public async Task Everything_that_is_wrong_is_named_at_once()
    {
        var message = await RefusedAsync(
            "?status=FAILED,complete&changed_since=soon&overdue=maybe&sort_key=size&sort_dir=up&detail=1&values=no&wait=-1&place=here&limit=many");

        Assert.Equal(
            ["changed_since", "detail", "limit", "overdue", "place", "sort_dir", "sort_key", "status", "values", "wait"],
            message.Split("; ").Select(fault => fault.Split(": ")[0]).Order(StringComparer.Ordinal));
        Assert.Contains("COMPLETE, IN_PROGRESS or FAILED", message, StringComparison.Ordinal);
        Assert.Contains("creation_time, updated_time, status, server_id, action or name", message, StringComparison.Ordinal);
        Assert.Contains("asc or desc", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?status=ALL", "status")]
    [InlineData("?status=failed", "status")]
    [InlineData("?sort_key=Status", "sort_key")]
    [InlineData("?sort_key=status,name", "sort_key")]
    [InlineData("?sort_dir=DESC", "sort_dir")]
    [InlineData("?overdue=1", "overdue")]
    [InlineData("?wait=1.5", "wait")]
    [InlineData("?wait=99999999999", "wait")]
    [InlineData("?wait=60s", "wait")]
    [InlineData("?place=1&q=x", "place")]
    [InlineData("?place=1.2.%21&q=x", "place")]
    [InlineData("?place=-1.2&detail=true", "place")]
    [InlineData("?detail=true&limit=-1", "limit")]
    [InlineData("?changed_before=now", "changed_before")]
    public async Task What_does_not_fit_is_refused_by_its_name(string query, string name) =>
        Assert.StartsWith(name + ": ", await RefusedAsync(query), StringComparison.Ordinal);

    [Theory]
    [InlineData("?server_id=a%00b")]
    [InlineData("?q=%00")]
    [InlineData("?q=%ED%A0%80")]
    [InlineData("?name=%27%20OR%201=1--")]
    [InlineData("?action=%25")]
    public async Task A_strange_value_finds_nothing(string query) => Assert.Empty(await _project.IdsAsync(query + "&detail=true"));

    private async Task<string> RefusedAsync(string query) => (await _project.SendAsync("GET", "software_deployments" + query)).AssertRefused(400);
}
