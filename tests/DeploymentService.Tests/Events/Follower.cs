using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Events;

/// <summary>A client of the stream that takes it by the letter: a block that is not whole is none, and a line that does not belong there is a fault.</summary>
public sealed class Follower : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _client;
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private Follower(HttpClient client, HttpResponseMessage response, Stream stream)
    {
        _client = client;
        _response = response;
        _reader = new StreamReader(stream);
    }

    /// <summary>The head of the answer.</summary>
    public HttpResponseMessage Response => _response;

    /// <summary>Opens the stream of a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="query">With its question mark.</param>
    /// <param name="after">For the header <c>Last-Event-ID</c>; null for none.</param>
    /// <param name="token">The token; null for the member's.</param>
    public static async Task<Follower> OpenAsync(Project project, string query = "", long? after = null, string? token = null)
    {
        var client = project.App.CreateDefaultClient();
        client.DefaultRequestHeaders.Add("X-Auth-Token", token ?? await project.MemberTokenAsync());
        return await OpenAsync(client, $"/v1/{project.Id}/events{query}", after);
    }

    /// <summary>Opens a stream; the client belongs to it from then on.</summary>
    public static async Task<Follower> OpenAsync(HttpClient client, string path, long? after)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (after is { } id)
        {
            request.Headers.Add("Last-Event-ID", id.ToString(CultureInfo.InvariantCulture));
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new(client, response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next block; null when the stream has ended.</summary>
    public async Task<Block?> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var lines = new List<string>();
        while (await _reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Length == 0)
            {
                return Block.Of(lines);
            }

            lines.Add(line);
        }

        return null;
    }

    /// <summary>The next block, which must come.</summary>
    public async Task<Block> BlockAsync() => await NextAsync() ?? throw new InvalidOperationException("The stream has ended.");

    /// <summary>The next events; blocks that have none are passed over, but a gap is a fault.</summary>
    public async Task<List<JsonNode>> EventsAsync(int count)
    {
        var events = new List<JsonNode>();
        while (events.Count < count)
        {
            if ((await BlockAsync()).AsEvent() is { } evt)
            {
                events.Add(evt);
            }
        }

        return events;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
        _client.Dispose();
    }
}

/// <summary>A block of the stream.</summary>
/// <param name="Id">From then on the client's place; null when it says none.</param>
/// <param name="Event">Its kind; null when it has no data.</param>
/// <param name="Data">Its data.</param>
/// <param name="Comment">What is for nobody.</param>
public sealed record Block(long? Id, string? Event, JsonNode? Data, string? Comment)
{
    public static Block Of(List<string> lines)
    {
        var fields = new Dictionary<string, string>();
        foreach (var line in lines)
        {
            var end = line.IndexOf(": ", StringComparison.Ordinal);
            Assert.True(end >= 0 && line[..end] is "" or "id" or "event" or "data", line);
            fields.Add(line[..end], line[(end + 2)..]);
        }

        Assert.Equal(fields.ContainsKey("event"), fields.ContainsKey("data"));
        return new(
            fields.TryGetValue("id", out var id) ? long.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture) : null,
            fields.GetValueOrDefault("event"),
            fields.TryGetValue("data", out var data) ? JsonNode.Parse(data) : null,
            fields.GetValueOrDefault(""));
    }

    /// <summary>The event of the block, after a look at whether the block says the same about it; null when it has none.</summary>
    public JsonNode? AsEvent()
    {
        Assert.NotEqual("gap", Event);
        if (Data is not null)
        {
            Assert.Equal(Id, Data.Sequence());
            Assert.Equal(Event, Data.Kind());
        }

        return Data;
    }
}
