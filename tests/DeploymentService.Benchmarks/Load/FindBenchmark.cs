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
    private const string Page = "limit=50&detail=true&values=false";

    private static readonly string[] Questions =
    [
        "software_deployments/summary",
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
        "software_deployments?limit=50",
        "servers?limit=50",
        "servers?silent=true&limit=50",
        "servers",
        "software_deployments/@DEPLOYMENT@?detail=true",
        "software_deployments/@DEPLOYMENT@/events",
    ];

    /// <summary>Makes the fleet, asks, prints; the exit code.</summary>
    public static async Task<int> RunAsync(SeedOptions seed, bool save)
    {
        var folder = Directory.CreateTempSubdirectory("deployment-benchmark-").FullName;
        try
        {
            if (await FleetSeed.MakeAsync(seed with { Database = Path.Combine(folder, "deployments.db") }) is not 0 and var code)
            {
                return code;
            }

            var result = await MeasureAsync(folder, seed);
            await Console.Out.WriteLineAsync(result);
            if (save)
            {
                await SavedResults.WriteAsync("find.md", result);
            }

            return 0;
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

    private static async Task<string> MeasureAsync(string folder, SeedOptions seed)
    {
        await using var host = await RunningHost.StartAsync(HostVariants.Service, folder);
        using var client = new HttpClient { BaseAddress = new Uri(host.Address, $"/v1/{seed.Project}/") };
        client.DefaultRequestHeaders.Add("X-Auth-Token", RunningHost.Token);

        // The first count waits until everything is loaded.
        var loading = Stopwatch.StartNew();
        await client.GetStringAsync("software_deployments/summary");
        var loaded = host.StartupTime + loading.Elapsed;
        var one = JsonNode.Parse(await client.GetStringAsync("software_deployments?status=FAILED&limit=1"))!["software_deployments"]![0]!["id"]!.GetValue<string>();
        var yesterday = TimeProvider.System.GetUtcNow().AddDays(-1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

        var table = new StringBuilder();
        table.AppendLine("# Finding").AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"{seed.Deployments} deployments on {seed.Servers} servers; each question {Times} times, one after the other, from a client on the same machine ({Environment.ProcessorCount} cores, .NET {Environment.Version}).")
            .AppendLine().AppendLine("| question | median ms | worst ms | answer KB |").AppendLine("| --- | --- | --- | --- |");
        foreach (var question in Questions)
        {
            var path = question.Replace("@DEPLOYMENT@", one, StringComparison.Ordinal).Replace("@YESTERDAY@", yesterday, StringComparison.Ordinal);
            var (median, worst, size) = await AskAsync(client, path);
            table.AppendLine(CultureInfo.InvariantCulture, $"| `{question}` | {median:0.0} | {worst:0.0} | {size / 1024} |");
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
