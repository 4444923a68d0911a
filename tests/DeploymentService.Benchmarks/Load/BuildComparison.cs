using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DeploymentService.Benchmarks.Load;

/// <summary>
/// Measures two published builds of the service against each other: this one and an earlier one. The builds take turns, each round in processes of their own,
/// because the same build differs by some percent from process to process. What counts is the processor time an answer, which a noisy machine disturbs
/// less than the rate, as the ratio of each round.
/// </summary>
public static class BuildComparison
{
    private const string This = "this";

    private static readonly string[] Loads = ["update", "show"];

    /// <summary>Publishes this build, measures both and prints. Not zero when an answer was wrong.</summary>
    /// <param name="options">How long and how hard; <see cref="ComparisonOptions.Against"/> is the folder of the earlier build.</param>
    public static async Task<int> RunAsync(ComparisonOptions options)
    {
        var published = Directory.CreateTempSubdirectory("deployment-build-").FullName;
        try
        {
            await PublishAsync(published);
            var builds = new[] { (This, published), ("against", Path.GetFullPath(options.Against!)) };
            var measured = new List<Measured>();
            for (var round = 0; round < options.Rounds; round++)
            {
                // The second of a round finds another machine than the first: they change places.
                foreach (var (name, folder) in round % 2 == 0 ? builds : builds.Reverse())
                {
                    measured.AddRange(await MeasureAsync(options, round, name, folder));
                }
            }

            await Console.Out.WriteLineAsync(Report(options, measured));
            return measured.TrueForAll(one => one.Result.Errors == 0) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(published, recursive: true);
        }
    }

    private static async Task<List<Measured>> MeasureAsync(ComparisonOptions options, int round, string build, string folder)
    {
        var measured = new List<Measured>();
        await using var host = await RunningHost.StartBuildAsync(folder, build == This ? options.With : "");
        await host.CreateDeploymentsAsync(options.Deployments);
        // Compiled and warm, as a service is after its first minute.
        await Wrk.RunAsync(host, "update", options.Connections, options.Seconds);
        foreach (var load in Loads)
        {
            await Wrk.RunAsync(host, load, options.Connections, 2);
            var result = await Wrk.RunAsync(host, load, options.Connections, options.Seconds);
            measured.Add(new(round, build, load, result));
            await Console.Error.WriteLineAsync($"round {round + 1} {build} {load}: {result.PerSecond:0}/s, p99 {result.P99:0.0} ms, {result.Microseconds:0.0} µs, {result.Errors} errors");
        }

        return measured;
    }

    private static string Report(ComparisonOptions options, List<Measured> measured)
    {
        var culture = CultureInfo.InvariantCulture;
        var text = new StringBuilder()
            .AppendLine("# This build against an earlier one").AppendLine()
            .AppendLine(culture, $"{options.Rounds} rounds of {options.Seconds} seconds, the builds in turns; wrk with {options.Connections} connections on the same machine ({Environment.ProcessorCount} cores, .NET {Environment.Version}); {options.Deployments} deployments. Medians, in brackets the quartiles.")
            .AppendLine()
            .AppendLine("| load | build | µs of CPU an answer | answers/s | p99 ms | errors |")
            .AppendLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var one in measured.GroupBy(one => (one.Load, one.Build)).OrderBy(one => Array.IndexOf(Loads, one.Key.Load)).ThenByDescending(one => one.Key.Build))
        {
            var results = one.Select(measurement => measurement.Result).ToList();
            text.AppendLine(culture, $"| {one.Key.Load} | {one.Key.Build} | {Spread(results.Select(result => result.Microseconds), "0.0")} | {Spread(results.Select(result => result.PerSecond), "0")} | {Spread(results.Select(result => result.P99), "0.0")} | {results.Sum(result => result.Errors)} |");
        }

        text.AppendLine();
        foreach (var load in Loads)
        {
            var ratios = measured.Where(one => one.Load == load).GroupBy(one => one.Round)
                .Select(round => round.Single(one => one.Build == "this").Result.Microseconds / round.Single(one => one.Build == "against").Result.Microseconds);
            text.AppendLine(culture, $"CPU of {load}, this build / the earlier one, round by round: {Spread(ratios, "0.000")}");
        }

        return text.ToString();
    }

    private static string Spread(IEnumerable<double> values, string format)
    {
        var sorted = values.Order().ToList();
        string At(double part) => sorted[(int)(part * (sorted.Count - 1) + 0.5)].ToString(format, CultureInfo.InvariantCulture);
        return $"{At(0.5)} [{At(0.25)}, {At(0.75)}]";
    }

    private static async Task PublishAsync(string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", ["publish", Path.Combine(SavedResults.ProjectFolder, "..", "..", "src", "DeploymentService"), "--configuration", "Release", "--output", folder, "--nologo", "-v", "quiet"]))!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException("The service could not be published.");
        }
    }

    private sealed record Measured(int Round, string Build, string Load, Measurement Result);
}
