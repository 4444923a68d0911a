using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Events;

/// <summary>A follower of a service that is killed and stopped under load: in the end it has what the histories have, once and in order.</summary>
public sealed class StreamRestartTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<JsonNode> _received = [];
    private long _place;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Through_kills_and_stops_nothing_is_lost_doubled_or_out_of_order()
    {
        UpdateLoad? load = null;
        for (var round = 0; round < 4; round++)
        {
            await using var service = await ServiceProcess.StartedAsync(_folder.Name);
            using var client = await service.ClientAsync();
            var following = FollowAsync(await service.ClientAsync());
            load ??= await UpdateLoad.CreateAsync(client, deployments: 16);

            await load.RunAsync(client, enough: 300, round % 2 == 0 ? service.KillAsync : async () => Assert.Equal(0, await service.StopAsync()));

            await following;
        }

        await using var last = await ServiceProcess.StartedAsync(_folder.Name);
        using var reader = await last.ClientAsync();
        await load!.AssertAllIsThereAsync(reader);
        var histories = await Task.WhenAll(load.Deployments.Select(id => reader.GetFromJsonAsync<JsonNode>($"/v1/load/software_deployments/{id}/events?limit=1000000")));
        var all = histories.SelectMany(history => history!["events"]!.AsArray()).OrderBy(evt => evt!.Sequence()).ToList();
        await FollowAsync(await last.ClientAsync(), until: all[^1]!.Sequence());

        Assert.True(all.Count > 1200, $"{all.Count}");
        Assert.Equal(all.Select(evt => evt!.ToJsonString()), _received.Select(evt => evt.ToJsonString()));
        Assert.Empty(load.Surprises);
    }

    /// <summary>Follows up to an event, or until the service is gone.</summary>
    private async Task FollowAsync(HttpClient client, long? until = null)
    {
        using var follower = await Follower.OpenAsync(client, "/v1/load/events", _place);
        try
        {
            while (!(_place >= until) && await follower.NextAsync() is { } block)
            {
                _place = block.Id!.Value;
                if (block.AsEvent() is { } evt)
                {
                    _received.Add(evt);
                }
            }
        }
        catch (IOException) when (until is null)
        {
            // Killed. What was not received whole comes again.
        }
    }
}
