using System.Diagnostics;
using System.Globalization;
using System.Text;
using DeploymentService.Benchmarks.Hosts;

namespace DeploymentService.Benchmarks.Load;

/// <summary>
/// Measures how long the updates of a quiet tenant take, alone and beside a tenant at full speed, in turns, in one run: what counts is the ratio of the two. The service has the limits
/// that it has by itself; the loud tenant has one token, or so many that its rate is bounded by nothing.
/// </summary>
public static class NeighbourBenchmark
{
    // What is to be reached.
    private const double MostTimes = 3;
    private const int Tokens = 16;
    private const int Connections = 64;
    private const int FewConnections = 8;
    private const int Streams = 100;

    private static readonly Neighbour[] Neighbours =
    [
        new("updates, one token", "update", 1, Connections),
        new("updates, 16 tokens", "update", Tokens, Connections),
        new("creations, 16 tokens", "create", Tokens, Connections),
        new("whole lists, exports and summaries", "heavy", Tokens, FewConnections),
        new("pages of 1,000", "page", Tokens, Connections),
        new("updates, 16 tokens, with 100 streams of them", "update", Tokens, Connections) { HasStreams = true },
    ];

    private sealed record Neighbour(string Name, string Load, int TokenCount, int ConnectionCount)
    {
        public bool HasStreams { get; init; }
    }

    private sealed record Round(Neighbour Neighbour, QuietTimes Alone, QuietTimes Beside, string Rate);

    /// <summary>Measures and prints. Not zero when an answer to the quiet tenant was wrong.</summary>
    public static async Task<int> RunAsync(ComparisonOptions options)
    {
        await using var host = await RunningHost.StartAsync(HostVariants.AsSet);
        await using var tenants = await Tenants.MakeAsync(host.Address, options.Deployments, Tokens);
        // Compiled and warm.
        await tenants.QuietAsync(options.Seconds);
        await tenants.LoudAsync("update", Tokens, Connections, options.Seconds);
        var rounds = new List<Round>();
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var neighbour in Neighbours)
            {
                rounds.Add(await MeasureAsync(tenants, neighbour, options.Seconds));
                var last = rounds[^1];
                await Console.Error.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"round {round + 1}, {neighbour.Name}: p99 {last.Alone.P99:0.0} ms alone, {last.Beside.P99:0.0} ms beside {last.Rate}; {last.Beside.Errors} errors"));
            }
        }

        var report = Report(options, rounds);
        await Console.Out.WriteLineAsync(report);
        if (options.Save)
        {
            await SavedResults.WriteAsync("neighbours.md", report);
        }

        return rounds.TrueForAll(round => round.Alone.Errors + round.Beside.Errors == 0) ? 0 : 1;
    }

    private static async Task<Round> MeasureAsync(Tenants tenants, Neighbour neighbour, int seconds)
    {
        var alone = await tenants.QuietAsync(seconds);
        using var streams = neighbour.HasStreams ? await tenants.FollowAsync(Streams) : null;
        // It begins before and ends behind what is measured.
        var loud = tenants.LoudAsync(neighbour.Load, neighbour.TokenCount, neighbour.ConnectionCount, seconds + 2);
        await Task.Delay(TimeSpan.FromSeconds(1));
        var beside = await tenants.QuietAsync(seconds);
        return new(neighbour, alone, beside, await loud);
    }

    private static string Report(ComparisonOptions options, List<Round> rounds)
    {
        var culture = CultureInfo.InvariantCulture;
        var report = new StringBuilder("# Neighbours\n\n")
            .AppendLine(culture, $"A quiet tenant makes {QuietTimes.PerSecond} updates a second, evenly, and each is timed from when it was due; {options.Seconds} seconds alone, and as long beside a tenant at full speed.")
            .AppendLine(culture, $"Medians of {options.Rounds} rounds in one run; server and clients share {Environment.ProcessorCount} cores, .NET {Environment.Version}.")
            .AppendLine().AppendLine("| the other tenant | its answers/s | p50 alone | p50 beside | p99 alone | p99 beside | times |").AppendLine("| --- | --- | --- | --- | --- | --- | --- |");
        var worst = 0.0;
        foreach (var same in rounds.GroupBy(round => round.Neighbour))
        {
            var those = same.ToList();
            var times = Comparison.Median(those, round => round.Beside.P99 / round.Alone.P99);
            worst = Math.Max(worst, times);
            report.AppendLine(
                culture,
                $"| {same.Key.Name} | {those[those.Count / 2].Rate} | {Comparison.Median(those, round => round.Alone.P50):0.0} | {Comparison.Median(those, round => round.Beside.P50):0.0} | {Comparison.Median(those, round => round.Alone.P99):0.0} | {Comparison.Median(those, round => round.Beside.P99):0.0} | {times:0.0} |");
        }

        return report.AppendLine().AppendLine(culture, $"The target is {MostTimes:0} times: {(worst <= MostTimes ? "reached" : "missed")}.").ToString();
    }
}

/// <summary>How long updates took.</summary>
/// <param name="P50">The half of them, in milliseconds.</param>
/// <param name="P99">99 of 100.</param>
/// <param name="Errors">How many were refused.</param>
public sealed record QuietTimes(double P50, double P99, int Errors)
{
    /// <summary>How many there are in a second.</summary>
    public const int PerSecond = 100;

    /// <summary>Makes them, each when it is due, whatever became of those before.</summary>
    public static async Task<QuietTimes> MeasureAsync(Func<int, Task<bool>> update, int seconds)
    {
        var times = new double[seconds * PerSecond];
        var running = new List<Task>();
        var errors = 0;
        var begun = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        for (var number = 0; number < times.Length;)
        {
            while (number < times.Length && Stopwatch.GetElapsedTime(begun).TotalSeconds * PerSecond >= number)
            {
                running.Add(OneAsync(number++));
            }

            await timer.WaitForNextTickAsync();
        }

        await Task.WhenAll(running);
        Array.Sort(times);
        return new(times[times.Length / 2], times[times.Length * 99 / 100], errors);

        async Task OneAsync(int number)
        {
            if (!await update(number))
            {
                Interlocked.Increment(ref errors);
            }

            times[number] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds - (number * 1000.0 / PerSecond);
        }
    }
}
