using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DeploymentService.Benchmarks.Hosts;
using DeploymentService.Benchmarks.Seeding;

namespace DeploymentService.Benchmarks.Load;

/// <summary>Asks a service with a large fleet what operators and their board ask, one question after the other, and says how long each answer takes.</summary>
public static class FindBenchmark
{
    private const int Times = 30;
    private const string AsReader = "as a reader: ";

    // As long as they are, or as much as they read: measured, and not held to the targets.
    private const string Apart = "apart: ";
    private const string Page = "limit=50&detail=true&values=false";

    private static readonly string[] Questions =
    [
        "software_deployments/summary",
        "software_deployments/summary?status=FAILED",
        "software_deployments/summary?name=deploy-web-2",
        "software_deployments/summary?group_by=config",
        "software_deployments/summary?group_by=reason",
        "software_deployments/summary?group_by=reason&status=FAILED",
        "software_deployments/summary?group_by=server",
        "software_deployments/summary?group_by=action&name~=web",
        $"software_deployments?{Page}&sort_key=updated_time&sort_dir=desc",
        $"software_deployments?{Page}&status=FAILED&sort_key=updated_time&sort_dir=desc",
        $"software_deployments?{Page}&status=FAILED&changed_since=@YESTERDAY@&sort_key=updated_time&sort_dir=desc",
        $"software_deployments?{Page}&overdue=true",
        $"software_deployments?{Page}&status=IN_PROGRESS",
        $"software_deployments?{Page}&server_id=server-00042",
        $"software_deployments?{Page}&name=deploy-web-2&sort_key=server_id",
        $"software_deployments?{Page}&action=UPDATE&sort_key=name&sort_dir=desc",
        $"software_deployments?{Page}&q=No%20space&sort_key=status",
        $"software_deployments?{Page}&q=nothing-has-this",
        $"software_deployments?{Page}&q=server&sort_key=server_id&sort_dir=desc",
        $"software_deployments?{Page}&sort_key=action",
        $"software_deployments?{Page}&server_id~=0042&name~=WEB&sort_key=updated_time&sort_dir=desc",
        $"software_deployments?{Page}&q=@DEPLOYMENT@",
        $"software_deployments?{Page}&q=timed%20out&with_count=true&sort_key=updated_time&sort_dir=desc",
        $"software_deployments?{Page}&reason=step%201%20of%202%3A%20timed%20out%20after%203%20s",
        $"software_deployments?{Page}&with_count=true&sort_key=updated_time&sort_dir=desc",
        "config_names?q=web",
        "action_names",
        $"{AsReader}software_deployments?{Page}&q=No%20space&sort_key=updated_time&sort_dir=desc",
        $"{AsReader}software_deployments/summary?group_by=reason&status=FAILED",
        $"{Apart}software_deployments?{Page}&q=nothing-has-this&outputs=true",
        $"{Apart}software_deployments?format=csv&status=FAILED",
        "software_deployments?limit=50",
        "servers?limit=50",
        "servers?silent=true&limit=50",
        $"{Apart}servers",
        "software_deployments/@DEPLOYMENT@?detail=true",
        "software_deployments/@DEPLOYMENT@/events",
    ];

    private static readonly (int Deployments, int Servers, double LongestMs)[] Sizes = [(100_000, 5_000, 50), (1_000_000, 50_000, 100)];

    /// <summary>Makes the fleets, asks, prints; the exit code.</summary>
    /// <param name="seed">What to make.</param>
    /// <param name="isOneSize">True for the size that it says, false for both of the targets.</param>
    /// <param name="save">True to keep the result.</param>
    public static async Task<int> RunAsync(SeedOptions seed, bool isOneSize, bool save)
    {
        var result = new StringBuilder("# Finding\n\n");
        foreach (var size in isOneSize ? [(seed.Deployments, seed.Servers, double.PositiveInfinity)] : Sizes)
        {
            if (await RunAsync(seed with { Deployments = size.Item1, Servers = size.Item2 }, size.Item3) is not { } measured)
            {
                return 1;
            }

            result.AppendLine(measured);
        }

        await Console.Out.WriteLineAsync(result);
        if (save)
        {
            await SavedResults.WriteAsync("find.md", result.ToString());
        }

        return 0;
    }

    private static async Task<string?> RunAsync(SeedOptions seed, double longest)
    {
        var folder = Directory.CreateTempSubdirectory("deployment-benchmark-").FullName;
        try
        {
            return await FleetSeed.MakeAsync(seed with { Database = Path.Combine(folder, "deployments.db") }) == 0 ? await MeasureAsync(folder, seed, longest) : null;
        }
        finally
        {
            // The host takes its folder with it.
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task<string> MeasureAsync(string folder, SeedOptions seed, double longest)
    {
        await using var host = await RunningHost.StartAsync(HostVariants.Service, folder);
        using var client = new HttpClient { BaseAddress = new Uri(host.Address, $"/v1/{seed.Project}/") };
        client.DefaultRequestHeaders.Add("X-Auth-Token", RunningHost.Token);
        using var reader = new HttpClient { BaseAddress = client.BaseAddress };
        using var role = new StringContent("{\"name\": \"benchmark\", \"role\": \"reader\"}", Encoding.UTF8, "application/json");
        using var token = await client.PostAsync("tokens", role);
        reader.DefaultRequestHeaders.Add("X-Auth-Token", JsonNode.Parse(await token.Content.ReadAsStringAsync())!["token"]!["secret"]!.GetValue<string>());

        // The first count waits until everything is loaded.
        var loading = Stopwatch.StartNew();
        await client.GetStringAsync("software_deployments/summary");
        var loaded = host.StartupTime + loading.Elapsed;
        var one = JsonNode.Parse(await client.GetStringAsync("software_deployments?status=FAILED&limit=1"))!["software_deployments"]![0]!["id"]!.GetValue<string>();
        var yesterday = TimeProvider.System.GetUtcNow().AddDays(-1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"{seed.Deployments} deployments on {seed.Servers} servers; each question {Times} times, one after the other, from a client on the same machine ({Environment.ProcessorCount} cores, .NET {Environment.Version}).")
            .AppendLine().AppendLine("| question | median ms | worst ms | answer KB |").AppendLine("| --- | --- | --- | --- |");
        var late = new List<string>();
        foreach (var question in Questions)
        {
            var path = question[(question.IndexOf(": ", StringComparison.Ordinal) is >= 0 and var colon ? colon + 2 : 0)..].Replace("@DEPLOYMENT@", one, StringComparison.Ordinal).Replace("@YESTERDAY@", yesterday, StringComparison.Ordinal);
            var (median, worst, size) = await AskAsync(question.StartsWith(AsReader, StringComparison.Ordinal) ? reader : client, path);
            table.AppendLine(CultureInfo.InvariantCulture, $"| `{question}` | {median:0.0} | {worst:0.0} | {size / 1024} |");
            if (median > longest && !question.StartsWith(Apart, StringComparison.Ordinal))
            {
                late.Add($"`{question}`");
            }
        }

        if (double.IsFinite(longest))
        {
            table.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"The target is {longest:0} ms: {(late.Count == 0 ? "reached" : "missed by " + string.Join(", ", late))}.");
        }

        return table.AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"First answer after {host.StartupTime.TotalMilliseconds:0} ms, everything loaded after {loaded.TotalMilliseconds:0} ms, {host.MemoryMegabytes:0} MB in the end.")
            .ToString();
    }

    private static async Task<(double Median, double Worst, int Size)> AskAsync(HttpClient client, string path)
    {
        var size = (await client.GetByteArrayAsync(path)).Length;
        var times = new List<double>();
        for (var time = 0; time < Times; time++)
        {
            var watch = Stopwatch.StartNew();
            await client.GetByteArrayAsync(path);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        return (times[Times / 2], times[^1], size);
    }
}
