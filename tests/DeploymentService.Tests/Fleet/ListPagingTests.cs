using System.Web;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>Pages of lists: their links, and that nothing is doubled or lost while deployments change between two pages.</summary>
public sealed class ListPagingTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task The_link_is_absolute_and_keeps_everything_that_was_asked_for()
    {
        await MakeAsync(3);
        var query = "?limit=1&status=COMPLETE,IN_PROGRESS&q=SERVER%20%26&sort_key=server_id&sort_dir=desc&detail=true&values=false&changed_since=2020-01-01&name=&overdue=";

        var first = await _project.ListAsync(query);
        var second = await _project.FollowAsync(first.NextPage()!);

        var next = new Uri(first.NextPage()!);
        using var client = _project.App.CreateDefaultClient();
        Assert.Equal(client.BaseAddress!.GetLeftPart(UriPartial.Authority), next.GetLeftPart(UriPartial.Authority));
        Assert.Equal($"/v1/{_project.Id}/software_deployments", next.AbsolutePath);
        var (asked, carried) = (HttpUtility.ParseQueryString(query), HttpUtility.ParseQueryString(next.Query));
        Assert.Equal(asked.AllKeys.Append("marker").Append("place"), carried.AllKeys.AsEnumerable());
        Assert.All(asked.AllKeys.AsEnumerable(), name => Assert.Equal(asked[name], carried[name]));
        Assert.Equal(carried["marker"], Assert.Single(first.Ids()));
        Assert.NotEqual(carried["place"], HttpUtility.ParseQueryString(new Uri(second.NextPage()!).Query)["place"]);
        Assert.Null((await _project.FollowAsync(second.NextPage()!)).NextPage());
    }

    [Theory]
    [InlineData("detail=true")]
    [InlineData("sort_key=status")]
    [InlineData("server_id=nobody&detail=true")]
    public async Task A_limit_of_nothing_has_nothing_and_leads_nowhere(string query)
    {
        await MakeAsync(2);

        var answer = await _project.ListAsync($"?limit=0&{query}");

        Assert.Empty(answer.Ids());
        Assert.Null(answer.NextPage());
    }

    [Theory]
    [InlineData("")]
    [InlineData("sort_key=status")]
    [InlineData("sort_key=updated_time&sort_dir=desc")]
    [InlineData("sort_key=name&detail=true")]
    public async Task A_limit_and_the_marker_alone_lead_through_everything(string order)
    {
        await MakeAsync(11);
        var all = await _project.IdsAsync("?" + order);
        var seen = new List<string>();
        while (true)
        {
            var page = await _project.IdsAsync($"?limit=3&{order}" + (seen.Count > 0 ? $"&marker={seen[^1]}" : ""));
            seen.AddRange(page);
            if (page.Length < 3)
            {
                break;
            }
        }

        Assert.Equal(all, seen);
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("00000000-0000-4000-8000-000000000000")]
    [InlineData("%00")]
    public async Task An_unknown_marker_marks_nothing(string marker)
    {
        var ids = await MakeAsync(3);
        var elsewhere = await ServiceApp.NewProject().DeploymentAsync();

        Assert.Equal(ids, await _project.IdsAsync($"?sort_key=creation_time&marker={marker}"));
        Assert.Equal(ids, await _project.IdsAsync($"?sort_key=server_id&limit=3&marker={elsewhere}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&detail=true")]
    [InlineData("&sort_dir=asc&q=server")]
    public async Task The_place_of_a_marker_stays_when_its_deployment_is_deleted(string query)
    {
        var ids = await MakeAsync(5);
        await _project.DeleteAsync(ids[1]);

        Assert.Equal(ids[2..4], await _project.IdsAsync($"?limit=2&marker={ids[1]}{query}"));
    }

    [Fact]
    public async Task The_place_of_a_marker_stays_backwards_too()
    {
        var ids = await MakeAsync(4);
        await _project.DeleteAsync(ids[2]);

        Assert.Equal([ids[1], ids[0]], await _project.IdsAsync($"?sort_dir=desc&marker={ids[2]}"));
    }

    [Theory]
    [InlineData("?limit=3", true)]
    [InlineData("?limit=3&detail=true", true)]
    [InlineData("?limit=3&sort_dir=desc", true)]
    [InlineData("?limit=3&sort_key=server_id", true)]
    [InlineData("?limit=3&sort_key=name&sort_dir=desc", true)]
    [InlineData("?limit=3&sort_key=updated_time", false)]
    [InlineData("?limit=3&sort_key=updated_time&sort_dir=desc", false)]
    [InlineData("?limit=3&sort_key=status", false)]
    [InlineData("?limit=3&sort_key=action&sort_dir=desc&q=server", false)]
    public async Task Nothing_is_doubled_or_lost_while_others_change_between_two_pages(string query, bool isSteady)
    {
        var made = await MakeAsync(30);
        var random = new Random(6);
        var (deleted, changed) = (new HashSet<string>(), new HashSet<string>());
        var page = 0;

        var seen = await _project.AllPagesAsync(query, async shown =>
        {
            // The marker's own deployment first: updated, or deleted.
            await ChangeAsync(shown[^1], page++ % 3);
            for (var index = 0; index < 2; index++)
            {
                await ChangeAsync(made[random.Next(made.Length)], random.Next(3));
            }
        });

        var untouched = made.Except(deleted).Except(changed).ToList();
        Assert.NotEmpty(untouched);
        Assert.All(untouched, id => Assert.Single(seen, id));
        if (isSteady)
        {
            // A change does not move it in this order.
            Assert.All(made.Except(deleted), id => Assert.Single(seen, id));
            Assert.All(deleted, id => Assert.True(seen.Count(other => other == id) <= 1));
        }

        async Task ChangeAsync(string id, int how)
        {
            if (deleted.Contains(id))
            {
                return;
            }

            if (how == 0)
            {
                await _project.DeleteAsync(id);
                deleted.Add(id);
            }
            else
            {
                await _project.UpdateAsync(id, how == 1 ? """{"status": "FAILED"}""" : """{"action": "UPDATE", "status": "COMPLETE"}""");
                changed.Add(id);
            }
        }
    }

    [Fact]
    public async Task A_link_leads_on_when_the_whole_page_before_it_is_deleted()
    {
        var ids = await MakeAsync(6);
        var first = await _project.ListAsync("?limit=2&sort_key=updated_time");
        foreach (var id in first.Ids())
        {
            await _project.DeleteAsync(id);
        }

        Assert.Equal(ids[2..4], (await _project.FollowAsync(first.NextPage()!)).Ids());
    }

    private async Task<string[]> MakeAsync(int count)
    {
        var config = await _project.ConfigAsync();
        var ids = new string[count];
        for (var index = 0; index < count; index++)
        {
            ids[index] = await _project.CreateAsync(config, $"server & {index / 4:00}", index % 2 == 0 ? "CREATE" : null, index % 3 == 0 ? "COMPLETE" : null);
        }

        return ids;
    }
}
