using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Events;

/// <summary>Followers that lose their connection all the time while many write: in the end they have what the histories have, once and in order.</summary>
public sealed class StreamResumeTests
{
    private const int Deployments = 8;
    private const int Updates = 150;

    private readonly Project _project = ServiceApp.NewProject();
    private readonly string _marker = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Nothing_is_lost_doubled_or_out_of_order()
    {
        var config = await _project.ConfigAsync();
        var ids = await Task.WhenAll(Enumerable.Range(0, Deployments).Select(number => _project.DeploymentAsync($"server-{number % 2}", config)));
        (string Query, Func<JsonNode, bool> Wanted)[] kinds =
        [
            ("", _ => true),
            ("?server_id=server-1", evt => $"{evt["server_id"]}" == "server-1"),
            ($"?deployment_id={ids[3]}", evt => $"{evt["deployment_id"]}" == ids[3]),
        ];

        var followers = Enumerable.Range(0, 9).Select(seed => FollowAsync(kinds[seed % 3].Query, new Random(seed))).ToList();
        await Task.WhenAll(ids.Select(WriteAsync));
        // The last of each kind, by which its followers know that they have all.
        await _project.UpdateAsync(ids[3], $$"""{"status_reason": "{{_marker}}"}""");

        var received = await Task.WhenAll(followers);
        var all = (await Task.WhenAll(ids.Select(id => _project.HistoryAsync(id)))).SelectMany(history => history).OrderBy(Histories.Sequence).ToList();
        Assert.Equal((Deployments * (Updates + 1)) + 1, all.Count);
        for (var place = 0; place < received.Length; place++)
        {
            Assert.Equal(all.Where(kinds[place % 3].Wanted).Select(evt => evt.ToJsonString()), received[place].Select(evt => evt.ToJsonString()));
        }
    }

    [Fact]
    public async Task The_last_of_a_burst_is_not_left_lying_until_a_heartbeat()
    {
        var id = await _project.DeploymentAsync();
        using var follower = await Follower.OpenAsync(_project);
        await follower.BlockAsync();
        for (var round = 0; round < 300; round++)
        {
            // What comes while the one before is being sent has to end the wait that has not begun.
            await _project.UpdateManyAsync(id, 4);
            for (var left = 4; left > 0; left--)
            {
                Assert.NotNull((await follower.BlockAsync()).AsEvent());
            }
        }
    }

    private async Task WriteAsync(string id)
    {
        string[] words = ["COMPLETE", "FAILED", "IN_PROGRESS"];
        foreach (var number in Enumerable.Range(0, Updates))
        {
            await _project.UpdateAsync(id, $$"""{"status": "{{words[number % 3]}}", "status_reason": "{{number}}"}""");
        }
    }

    /// <summary>Takes a few blocks, drops the connection somewhere, and comes again, until it has seen the marker.</summary>
    private async Task<List<JsonNode>> FollowAsync(string query, Random random)
    {
        var received = new List<JsonNode>();
        var place = 0L;
        while (true)
        {
            using var follower = await Follower.OpenAsync(_project, query, place);
            // Sometimes nothing is taken but the head of the answer.
            for (var left = random.Next(120); left >= 0; left--)
            {
                var block = await follower.BlockAsync();
                place = block.Id!.Value;
                if (block.AsEvent() is { } evt)
                {
                    received.Add(evt);
                    if (evt.Reason() == _marker)
                    {
                        return received;
                    }
                }
            }
        }
    }
}
