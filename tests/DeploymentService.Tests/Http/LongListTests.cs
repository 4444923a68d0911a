using DeploymentService.Deployments;
using DeploymentService.Http;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Answer = DeploymentService.Tests.Support.Answer;

namespace DeploymentService.Tests.Http;

/// <summary>Lists that are too long for one chunk: they come whole, valid, and each element once.</summary>
public sealed class LongListTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task More_deployments_than_one_chunk_has_come_whole()
    {
        var config = await _project.ConfigAsync();
        var made = await Task.WhenAll(Enumerable.Range(0, 1101).Select(index => _project.DeploymentAsync($"server-{index}", config)));

        var all = Ids(await _project.SendAsync("GET", "software_deployments"), "software_deployments");
        var cut = await _project.SendAsync("GET", "software_deployments?limit=1001");
        var exact = await _project.SendAsync("GET", "software_deployments?limit=1101");
        var rest = await _project.SendAsync("GET", $"software_deployments?marker={all[499]}");

        Assert.Equal(made.Order(StringComparer.Ordinal), all.Order(StringComparer.Ordinal));
        Assert.Equal(all[..1001], Ids(cut, "software_deployments"));
        Assert.EndsWith($"marker={all[1000]}", cut.String("software_deployments_links", 0, "href"), StringComparison.Ordinal);
        Assert.Equal(all, Ids(exact, "software_deployments"));
        Assert.Null(exact.Json["software_deployments_links"]);
        Assert.Equal(all[500..], Ids(rest, "software_deployments"));
    }

    [Fact]
    public async Task More_configs_than_one_chunk_has_come_whole()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 1002).Select(_ => _project.ConfigAsync("{}")));

        var all = Ids(await _project.SendAsync("GET", "software_configs"), "software_configs");
        var cut = await _project.SendAsync("GET", "software_configs?limit=1001");

        Assert.Equal(made.Order(StringComparer.Ordinal), all.Order(StringComparer.Ordinal));
        Assert.Equal(all[..1001], Ids(cut, "software_configs"));
        Assert.EndsWith($"marker={all[1000]}", cut.String("software_configs_links", 0, "href"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 5, false)]
    [InlineData("?limit=2", 2, true)]
    [InlineData("?limit=3", 3, true)]
    [InlineData("?limit=5", 5, false)]
    public async Task Large_outputs_come_whole(string query, int count, bool linked)
    {
        var ids = await MakeLargeAsync(5);

        var answer = await _project.SendAsync("GET", "software_deployments" + query);

        Assert.Equal(ids[..count], Ids(answer, "software_deployments"));
        Assert.All(answer.Json["software_deployments"]!.AsArray(), item => Assert.Equal(700_000, item!["output_values"]!["v"]!.GetValue<string>().Length));
        Assert.Equal(linked, answer.Json["software_deployments_links"] is not null);
    }

    [Fact]
    public async Task A_list_goes_on_behind_a_deployment_that_is_deleted_while_it_is_sent()
    {
        var ids = await MakeLargeAsync(4);
        var store = _project.App.Services.GetRequiredService<IDeploymentStore>();
        var seen = new List<string>();
        var paging = new Paging(null, null);
        while (true)
        {
            var chunk = await store.ListAsync(_project.Id, null, paging);
            seen.AddRange(chunk.Items.Select(item => item.Id));
            if (chunk.IsLast)
            {
                break;
            }

            Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_deployments/{chunk.LastId}")).Status);
            paging = chunk.Rest(paging);
        }

        Assert.Equal(ids, seen);
    }

    private async Task<string[]> MakeLargeAsync(int count)
    {
        var config = await _project.ConfigAsync();
        var ids = new string[count];
        for (var index = 0; index < count; index++)
        {
            ids[index] = await _project.DeploymentAsync("a-server", config);
            await _project.SendAsync("PUT", $"software_deployments/{ids[index]}", $$"""{"output_values": {"v": "{{new string('x', 700_000)}}"} }""");
        }

        return ids;
    }

    private static string[] Ids(Answer answer, string list) => [.. answer.Json[list]!.AsArray().Select(item => item!["id"]!.GetValue<string>())];
}
