using System.Text.Json;
using DeploymentService.Checker.Service;
using DeploymentService.Checker.Streams;

namespace DeploymentService.Checker.Comparison;

/// <summary>All that the service says of a project when nothing happens any more.</summary>
public sealed record ProjectState
{
    private const int AtOnce = 8;
    private const int MostTries = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>All events of all deployments that are or were there, in order.</summary>
    public required IReadOnlyList<LoggedEvent> Events { get; init; }

    /// <summary>Each deployment as it is shown, with its revision.</summary>
    public required IReadOnlyDictionary<string, (JsonElement Row, long Revision)> Shown { get; init; }

    /// <summary>The list of the rows.</summary>
    public required IReadOnlyList<JsonElement> Listed { get; init; }

    /// <summary>The list of the fleet.</summary>
    public required IReadOnlyList<JsonElement> Fleet { get; init; }

    /// <summary>The counts.</summary>
    public required JsonElement Counts { get; init; }

    /// <summary>The configs.</summary>
    public required IReadOnlyList<JsonElement> Configs { get; init; }

    /// <summary>Asks for all of it.</summary>
    /// <param name="service">The service.</param>
    /// <param name="known">The deployments that the clients know, whether they are still there or not.</param>
    public static async Task<ProjectState> ReadAsync(ServiceClient service, IEnumerable<string> known)
    {
        var listed = await PagesAsync(service, "software_deployments?limit=1000", "software_deployments");
        var present = listed.Select(row => row.GetProperty("id").GetString()!).ToList();
        var histories = await EachAsync(present.Union(known), async id => (await PagesAsync(service, $"software_deployments/{id}/events?limit=1000", "events")).Select(LoggedEvent.Of));
        var shown = await EachAsync(present, async id => (Id: id, Answer: await GetAsync(service, $"software_deployments/{id}")));
        return new()
        {
            Events = [.. histories.SelectMany(events => events).OrderBy(evt => evt.Sequence)],
            Shown = shown.ToDictionary(one => one.Id, one => (one.Answer.Deployment, one.Answer.Revision ?? 0)),
            Listed = listed,
            Fleet = await PagesAsync(service, "software_deployments?limit=1000&status=IN_PROGRESS,COMPLETE,FAILED", "software_deployments"),
            Counts = (await GetAsync(service, "software_deployments/summary")).Body.GetProperty("summary").GetProperty("by_status"),
            Configs = await PagesAsync(service, "software_configs?limit=1000", "software_configs"),
        };
    }

    private static async Task<List<JsonElement>> PagesAsync(ServiceClient service, string path, string member)
    {
        var all = new List<JsonElement>();
        for (var next = path; next is not null;)
        {
            var body = (await GetAsync(service, next)).Body;
            all.AddRange(body.GetProperty(member).EnumerateArray());
            next = body.TryGetProperty($"{member}_links", out var links) ? PathOf(links[0].GetProperty("href").GetString()!) : null;
        }

        return all;
    }

    /// <summary>What stands behind the project in a link.</summary>
    private static string PathOf(string link) => string.Join('/', new Uri(link).PathAndQuery.Split('/').Skip(3));

    private static async Task<List<T>> EachAsync<T>(IEnumerable<string> ids, Func<string, Task<T>> ask)
    {
        var all = new List<T>();
        foreach (var some in ids.Chunk(AtOnce))
        {
            all.AddRange(await Task.WhenAll(some.Select(ask)));
        }

        return all;
    }

    private static async Task<Answer> GetAsync(ServiceClient service, string path)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var answer = await service.SendAsync(new(HttpMethod.Get, path));
            if (answer.IsSuccess)
            {
                return answer;
            }

            await Task.Delay(Pause, CancellationToken.None);
        }

        throw new ComparisonException($"GET {path} was never answered after the load");
    }
}

/// <summary>Nothing can be compared.</summary>
public sealed class ComparisonException(string message) : Exception(message);
