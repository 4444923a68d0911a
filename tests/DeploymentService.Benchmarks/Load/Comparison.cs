using System.Globalization;
using System.Text;
using DeploymentService.Benchmarks.Hosts;

namespace DeploymentService.Benchmarks.Load;

/// <summary>
/// Measures all variants in one run, round by round, so that a noisy minute of the machine falls on all of them, and prints ratios:
/// absolute figures are worth nothing on another machine.
/// </summary>
public static class Comparison
{
    private static readonly string[] Variants = [HostVariants.Service, HostVariants.NoDatabase, HostVariants.PerRequestWal, HostVariants.PerRequest];

    /// <summary>Measures and prints. Not zero when an answer of the service was wrong.</summary>
    public static async Task<int> RunAsync(ComparisonOptions options)
    {
        var server = options.Postgres is { } connectionString ? new BenchmarkServer(connectionString) : null;
        string[] variants = [.. Variants, .. server is null ? [] : HostVariants.OfPostgres];
        var measured = new Dictionary<(string Variant, string Load), List<Measurement>>();
        var starts = new Dictionary<string, List<(double First, double AtStart, double AfterLoad)>>();
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var variant in variants)
            {
                await using var database = HostVariants.OfPostgres.Contains(variant) ? await DatabaseOnServer.MakeAsync(server!) : null;
                await using var host = await RunningHost.StartAsync(variant, postgres: database?.ConnectionString);
                await using var other = variant == HostVariants.PostgresTwice ? await RunningHost.StartAsync(variant, postgres: database?.ConnectionString) : null;
                RunningHost[] hosts = other is null ? [host] : [host, other];
                var atStart = host.MemoryMegabytes;
                await host.CreateDeploymentsAsync(options.Deployments);
                // Compiled and warm, as a service is after its first minute.
                await Wrk.RunAsync(hosts, "update", options.Connections, options.Seconds);
                foreach (var load in Wrk.Loads)
                {
                    await Wrk.RunAsync(hosts, load, options.Connections, 2);
                    var before = database is null ? TimeSpan.Zero : await server!.ProcessorAsync();
                    var result = await Wrk.RunAsync(hosts, load, options.Connections, options.Seconds);
                    var ofServer = database is null ? TimeSpan.Zero : await server!.ProcessorAsync() - before;
                    result = result with { ServerMicroseconds = ofServer.TotalMicroseconds / (result.PerSecond * options.Seconds) };
                    Add(measured, (variant, load), result);
                    await Console.Error.WriteLineAsync($"round {round + 1} {variant} {load}: {result.PerSecond:0}/s, p99 {result.P99:0.0} ms, {result.Microseconds:0} + {result.ServerMicroseconds:0} µs, {result.Errors} errors");
                }

                Add(starts, variant, (host.StartupTime.TotalMilliseconds, atStart, host.MemoryMegabytes));
            }
        }

        var report = Report(options, variants, measured, starts);
        await Console.Out.WriteLineAsync(report);
        if (options.Save)
        {
            await SavedResults.WriteAsync("comparison.md", report);
        }

        return measured.Where(pair => pair.Key.Variant == HostVariants.Service).Sum(pair => pair.Value.Sum(result => result.Errors)) == 0 ? 0 : 1;
    }

    private static string Report(
        ComparisonOptions options,
        string[] variants,
        Dictionary<(string Variant, string Load), List<Measurement>> measured,
        Dictionary<string, List<(double First, double AtStart, double AfterLoad)>> starts)
    {
        var text = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        text.AppendLine("# Comparison");
        text.AppendLine();
        text.AppendLine(culture, $"Medians of {options.Rounds} rounds of {options.Seconds} seconds; wrk with {options.Connections} connections on the same machine ({Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.OSArchitecture}, .NET {Environment.Version}); {options.Deployments} deployments; the documented report as the body. Tokens, validation and the log are on in `service`, `no-database`, `postgres` and `postgres-two-replicas`; PostgreSQL is on the same machine, with its defaults, and has no standby.");
        foreach (var load in Wrk.Loads)
        {
            text.AppendLine();
            text.AppendLine(culture, $"## {load}");
            text.AppendLine();
            text.AppendLine("| variant | of the limit | against per-request-wal | answers/s | p50 ms | p99 ms | µs of CPU an answer | µs of the database server's | errors |");
            text.AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
            var limit = Median(measured[(HostVariants.NoDatabase, load)], result => result.PerSecond);
            var usual = Median(measured[(HostVariants.PerRequestWal, load)], result => result.PerSecond);
            foreach (var variant in variants)
            {
                var results = measured[(variant, load)];
                var rate = Median(results, result => result.PerSecond);
                text.AppendLine(culture, $"| {variant} | {rate / limit:0.00} | {rate / usual:0.0} | {rate:0} | {Median(results, result => result.P50):0.0} | {Median(results, result => result.P99):0.0} | {Median(results, result => result.Microseconds):0} | {Median(results, result => result.ServerMicroseconds):0} | {results.Sum(result => result.Errors)} |");
            }
        }

        text.AppendLine();
        text.AppendLine("## Start and memory");
        text.AppendLine();
        text.AppendLine("| variant | first answer ms (compiled at start, not ahead) | memory at start MB | memory after load MB |");
        text.AppendLine("| --- | --- | --- | --- |");
        foreach (var variant in variants)
        {
            text.AppendLine(culture, $"| {variant} | {Median(starts[variant], start => start.First):0} | {Median(starts[variant], start => start.AtStart):0} | {Median(starts[variant], start => start.AfterLoad):0} |");
        }

        return text.ToString();
    }

    internal static double Median<T>(List<T> values, Func<T, double> figure) => values.Select(figure).Order().ElementAt(values.Count / 2);

    private static void Add<TKey, T>(Dictionary<TKey, List<T>> lists, TKey key, T value)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        list.Add(value);
    }
}
