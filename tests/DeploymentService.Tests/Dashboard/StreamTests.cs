using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Dashboard;

/// <summary>How the page reads the stream: in whatever pieces it comes, the blocks are the same.</summary>
public sealed class StreamTests
{
    private const string Text =
        "id: 1\n\n: a heartbeat\nid: 2\n\nid: 3\nevent: update\ndata: {\"a\":\ndata: \"ü:\"}\n\nevent: gap\r\ndata:x\r\n\r\nunknown: y\ndata\n\n: only a comment\n\nid: 9\ndata: cut off";

    private const string Read = """
        async text => {
          const { Blocks } = await import('/dashboard/stream.js');
          const read = pieces => {
            const taken = [];
            const blocks = new Blocks(block => taken.push(block));
            pieces.forEach(piece => blocks.push(piece));
            return JSON.stringify(taken);
          };
          const ways = new Set([read([text]), read([...text])]);
          for (let place = 0; place <= text.length; place++) {
            ways.add(read([text.slice(0, place), text.slice(place)]));
          }
          return [...ways];
        }
        """;

    [BrowserFact]
    public async Task The_pieces_that_it_comes_in_make_no_difference()
    {
        await using var board = await Board.NewAsync(Board.AddressOf(ServiceApp.Shared));
        await board.OpenAsync();

        var ways = await board.Page.EvaluateAsync<string[]>(Read, Text);

        Assert.Equal(
            ["""[{"id":"1"},{"id":"2"},{"id":"3","event":"update","data":"{\"a\":\n\"ü:\"}"},{"event":"gap","data":"x"},{"data":""}]"""],
            ways);
    }
}
