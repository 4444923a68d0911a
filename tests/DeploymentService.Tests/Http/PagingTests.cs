using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http;

/// <summary>Both lists: their order, and that following the links shows each element exactly once.</summary>
public sealed class PagingTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("software_configs", true)]
    [InlineData("software_deployments", false)]
    public async Task A_list_has_its_order(string list, bool newestFirst)
    {
        var ids = await MakeAsync(list, 5);

        Assert.Equal(newestFirst ? ids.Reverse() : ids, Ids(await _project.SendAsync("GET", list), list));
    }

    [Theory]
    [InlineData("software_configs", 1)]
    [InlineData("software_configs", 2)]
    [InlineData("software_configs", 7)]
    [InlineData("software_deployments", 1)]
    [InlineData("software_deployments", 3)]
    [InlineData("software_deployments", 8)]
    public async Task The_links_lead_through_every_element_once(string list, int limit)
    {
        await MakeAsync(list, 7);
        var all = Ids(await _project.SendAsync("GET", list), list);

        var (seen, pages) = await FollowAsync(list, $"{list}?limit={limit}");

        Assert.Equal(all, seen);
        Assert.Equal((7 + limit - 1) / limit, pages);
    }

    [Theory]
    [InlineData("software_deployments", "?limit=1&Marker=$FIRST")]
    [InlineData("software_configs", "?LIMIT=1&MARKER=$FIRST")]
    [InlineData("software_deployments", "?marker=$FIRST&limit=1&other=x&other=%C3%A9%26&empty=")]
    public async Task The_links_lead_to_the_end_however_the_first_page_was_asked_for(string list, string query)
    {
        await MakeAsync(list, 4);
        var all = Ids(await _project.SendAsync("GET", list), list);

        var (seen, _) = await FollowAsync(list, list + query.Replace("$FIRST", all[0], StringComparison.Ordinal));

        Assert.Equal(all[1..], seen);
    }

    [Fact]
    public async Task The_links_keep_the_filter()
    {
        var config = await _project.ConfigAsync();
        var ids = new List<string>();
        for (var index = 0; index < 3; index++)
        {
            ids.Add(await _project.DeploymentAsync("a b&c=é", config));
            await _project.DeploymentAsync("another", config);
        }

        var (seen, _) = await FollowAsync("software_deployments", "software_deployments?server_id=a%20b%26c%3D%C3%A9&limit=1");

        Assert.Equal(ids, seen);
        Assert.Equal(6, Ids(await _project.SendAsync("GET", "software_deployments?server_id="), "software_deployments").Length);
        Assert.Equal(3, Ids(await _project.SendAsync("GET", "software_deployments?server_id=another"), "software_deployments").Length);
        Assert.Empty(Ids(await _project.SendAsync("GET", "software_deployments?server_id=Another"), "software_deployments"));
    }

    [Theory]
    [InlineData("limit=0", 0)]
    [InlineData("limit=3", 3)]
    [InlineData("limit=2147483647", 3)]
    [InlineData("limit=2147483648", 3)]
    [InlineData("limit=99999999999999999999", 3)]
    [InlineData("limit=3&marker=", 3)]
    [InlineData("limit=", 3)]
    [InlineData("limit", 3)]
    [InlineData("limit=&marker=$LAST", 0)]
    [InlineData("marker=unknown", 3)]
    [InlineData("marker=%00", 3)]
    [InlineData("marker=%27%20OR%201=1", 3)]
    [InlineData("marker=$FOREIGN", 3)]
    [InlineData("marker=$LAST", 0)]
    [InlineData("limit=5&marker=$LAST", 0)]
    [InlineData("unknown=1", 3)]
    public async Task A_limit_cuts_and_an_unknown_marker_marks_nothing(string query, int count)
    {
        var foreign = ServiceApp.NewProject();
        foreach (var list in new[] { "software_configs", "software_deployments" })
        {
            await MakeAsync(list, 3);
            var known = Ids(await _project.SendAsync("GET", list), list);
            // Made last: its place is behind all of ours.
            var foreignId = list == "software_configs" ? await foreign.ConfigAsync() : await foreign.DeploymentAsync();
            var filled = query.Replace("$LAST", known[^1], StringComparison.Ordinal).Replace("$FOREIGN", foreignId, StringComparison.Ordinal);

            var answer = await _project.SendAsync("GET", $"{list}?{filled}");

            Assert.Equal(200, answer.Status);
            Assert.Equal(Math.Min(count, known.Length), Math.Min(count, Ids(answer, list).Length));
            Assert.Equal([list], answer.Json.AsObject().Select(member => member.Key));
            foreach (var id in list == "software_deployments" ? known : [])
            {
                await _project.SendAsync("DELETE", $"{list}/{id}");
            }
        }
    }

    [Theory]
    [InlineData("x", "Only integer is acceptable by 'limit'.")]
    [InlineData("1.0", "Only integer is acceptable by 'limit'.")]
    [InlineData("1e3", "Only integer is acceptable by 'limit'.")]
    [InlineData("0x10", "Only integer is acceptable by 'limit'.")]
    [InlineData("%D9%A3", "Only integer is acceptable by 'limit'.")]
    [InlineData("1;drop", "Only integer is acceptable by 'limit'.")]
    [InlineData("-1", "Value '-1' is invalid for 'limit' which only accepts non-negative integer.")]
    [InlineData("-99999999999999999999", "Value '-99999999999999999999' is invalid for 'limit' which only accepts non-negative integer.")]
    public async Task A_limit_that_is_no_count_is_refused(string limit, string message)
    {
        Assert.Equal(message, (await _project.SendAsync("GET", $"software_configs?limit={limit}")).AssertRefused(400));
        Assert.Equal(message, (await _project.SendAsync("GET", $"software_deployments?limit={limit}")).AssertRefused(400));
    }

    [Fact]
    public async Task The_link_stands_under_the_names_that_clients_look_for()
    {
        await MakeAsync("software_deployments", 2);
        await MakeAsync("software_configs", 1);

        var deployments = await _project.SendAsync("GET", "software_deployments?limit=1");
        var configs = await _project.SendAsync("GET", "software_configs?limit=1");

        Assert.Equal("next", deployments.String("software_deployments_links", 0, "rel"));
        Assert.Equal("next", configs.String("software_configs_links", 0, "rel"));
        Assert.Equal(configs.Raw("software_configs_links"), configs.Raw("software_config_links"));
    }

    /// <summary>Some elements; their ids in the order they were made.</summary>
    private async Task<string[]> MakeAsync(string list, int count)
    {
        var config = list == "software_configs" ? "" : await _project.ConfigAsync();
        var ids = new string[count];
        for (var index = 0; index < count; index++)
        {
            ids[index] = config.Length == 0 ? await _project.ConfigAsync() : await _project.DeploymentAsync("a-server", config);
        }

        return ids;
    }

    /// <summary>Goes from page to page by the links, as they stand in the answers.</summary>
    private async Task<(List<string> Ids, int Pages)> FollowAsync(string list, string path)
    {
        var seen = new List<string>();
        var pages = 0;
        var answer = await _project.SendAsync("GET", path);
        while (true)
        {
            Assert.Equal(200, answer.Status);
            seen.AddRange(Ids(answer, list));
            Assert.True(++pages < 20, "The links do not end");
            if (answer.Json[list + "_links"] is not { } links)
            {
                return (seen, pages);
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, links[0]!["href"]!.GetValue<string>());
            request.Headers.Add("X-Auth-Token", await _project.MemberTokenAsync());
            answer = await _project.App.SendAsync(request);
        }
    }

    private static string[] Ids(Answer answer, string list) => [.. answer.Json[list]!.AsArray().Select(item => item!["id"]!.GetValue<string>())];
}
