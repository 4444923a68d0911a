using System.Globalization;
using System.Text;
using DeploymentService.Benchmarks.Hosts;

namespace DeploymentService.Benchmarks.Load;

/// <summary>
/// Measures updates that are spread over very many deployments against the same with few, in turns, in one run: what counts is the ratio of each round.
/// Each host works on its own copy of a database that was seeded once.
/// </summary>
public static class SizeComparison
{
    private const int FewDeployments = 1000;

    // What is to be reached on a quiet machine.
    private const double LongestP99 = 25;
    private const double LeastRatio = 0.6;
    private const double LeastRatioWithLongHistory = 0.5;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Seeds, measures and prints. Not zero when an answer was wrong.</summary>
    public static async Task<int> RunAsync(ComparisonOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("deployment-benchmark-").FullName;
        try
        {
            var few = await SeedAsync(folder, "few", FewDeployments, events: 0);
            var many = await SeedAsync(folder, "many", options.Deployments, options.Events);
            var measured = new List<Measured>();
            for (var round = 0; round < options.Rounds; round++)
            {
                // The second of a round finds another machine than the first: they change places.
                foreach (var database in round % 2 == 0 ? [few, many] : new[] { many, few })
                {
                    measured.Add(await MeasureAsync(options, round, database, Path.Combine(folder, "running")));
                }
            }

            var report = Report(options, few, many, measured);
            await Console.Out.WriteLineAsync(report);
            if (options.Save)
            {
                await SavedResults.WriteAsync("sizes.md", report);
            }

            return measured.TrueForAll(one => one.Result.Errors == 0) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<SeededDatabase> SeedAsync(string folder, string name, int deployments, int events)
    {
        var database = await SeededDatabase.MakeAsync(Path.Combine(folder, name), deployments, events);
        await Console.Error.WriteLineAsync($"seeded {deployments} deployments on {database.Servers} servers with {database.Events} events, {database.Megabytes:0} MB");
        return database;
    }

    private static async Task<Measured> MeasureAsync(ComparisonOptions options, int round, SeededDatabase database, string folder)
    {
        database.CopyTo(folder);
        await using var host = await RunningHost.StartAsync(HostVariants.Service, folder);
        var atStart = host.MemoryMegabytes;
        // Compiled and warm, as a service is after its first minute.
        await Wrk.RunAsync(host, "update", options.Connections, options.Seconds);
        var load = Wrk.RunAsync(host, "update", options.Connections, options.Seconds);
        var journal = await LargestJournalAsync(host, load);
        var one = new Measured(round, database, await load, journal, atStart, host.MemoryMegabytes);
        await Console.Error.WriteLineAsync($"round {round + 1} {database.Deployments} deployments: {one.Result.PerSecond:0}/s, p99 {one.Result.P99:0.0} ms, journal {journal:0} MB, {one.Result.Errors} errors");
        return one;
    }

    private static async Task<double> LargestJournalAsync(RunningHost host, Task load)
    {
        var largest = host.JournalMegabytes;
        while (await Task.WhenAny(load, Task.Delay(PollInterval)) != load)
        {
            largest = Math.Max(largest, host.JournalMegabytes);
        }

        return largest;
    }

    private static string Report(ComparisonOptions options, SeededDatabase few, SeededDatabase many, List<Measured> measured)
    {
        var culture = CultureInfo.InvariantCulture;
        var text = new StringBuilder()
            .AppendLine("# Many deployments").AppendLine()
            .AppendLine(culture, $"Updates, spread over all deployments. Medians of {options.Rounds} rounds of {options.Seconds} seconds, the sizes in turns; wrk with {options.Connections} connections on the same machine ({Environment.ProcessorCount} cores, .NET {Environment.Version}); the documented report as the body. Tokens, validation and the log are on.")
            .AppendLine()
            .AppendLine("| deployments | servers | events | database MB | updates/s | p50 ms | p99 ms | µs of CPU an update | largest journal MB | memory at start MB | memory after load MB | errors |")
            .AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var database in new[] { few, many })
        {
            var results = measured.FindAll(one => one.Database == database);
            double Median(Func<Measured, double> figure) => Comparison.Median(results, figure);
            text.AppendLine(culture, $"| {database.Deployments} | {database.Servers} | {database.Events} | {database.Megabytes:0} | {Median(one => one.Result.PerSecond):0} | {Median(one => one.Result.P50):0.0} | {Median(one => one.Result.P99):0.0} | {Median(one => one.Result.Microseconds):0} | {results.Max(one => one.JournalMegabytes):0} | {Median(one => one.MemoryAtStart):0} | {Median(one => one.MemoryAfterLoad):0} | {results.Sum(one => one.Result.Errors)} |");
        }

        var ratios = measured.GroupBy(one => one.Round)
            .Select(round => round.Single(one => one.Database == many).Result.PerSecond / round.Single(one => one.Database == few).Result.PerSecond).Order().ToList();
        var ratio = Comparison.Median(ratios, one => one);
        var least = options.Events > 0 ? LeastRatioWithLongHistory : LeastRatio;
        var p99 = Comparison.Median(measured.FindAll(one => one.Database == many), one => one.Result.P99);
        return text.AppendLine()
            .AppendLine("Targets for 1,000,000 deployments, on a quiet machine:").AppendLine()
            .AppendLine(culture, $"* 99 of 100 updates take under {LongestP99:0} ms: {p99:0.0} ms here, {Word(p99 < LongestP99)}.")
            .AppendLine(culture, $"* At least {least:0.0} of the updates a second with {few.Deployments} deployments, round by round{(options.Events > 0 ? ", after a long history" : "")}: {ratio:0.00} here ({ratios[0]:0.00} to {ratios[^1]:0.00}), {Word(ratio >= least)}.")
            .ToString();
    }

    private static string Word(bool isReached) => isReached ? "reached" : "missed";

    private sealed record Measured(int Round, SeededDatabase Database, Measurement Result, double JournalMegabytes, double MemoryAtStart, double MemoryAfterLoad);
}
