using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DeploymentService.Benchmarks.Hosts;

namespace DeploymentService.Benchmarks.Load;

/// <summary>What one run of a load came to.</summary>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="P50">Half of the answers took at most so long, in milliseconds.</param>
/// <param name="P99">99 of 100 answers took at most so long, in milliseconds.</param>
/// <param name="Errors">Answers that were not 200, and connections that failed.</param>
/// <param name="Microseconds">Processor time of the host an answer.</param>
public sealed record Measurement(double PerSecond, double P50, double P99, long Errors, double Microseconds)
{
    /// <summary>Processor time of the database server an answer; 0 where the host is its own.</summary>
    public double ServerMicroseconds { get; init; }
}

/// <summary>Drives a host with <c>wrk</c>, which costs less of the two cores than a client in C# would.</summary>
public static partial class Wrk
{
    private const long RequestsOfRun = 100_000_000;
    private static int _runs;

    /// <summary>The kinds of load.</summary>
    public static IReadOnlyList<string> Loads { get; } = ["update", "show", "list"];

    /// <summary>Runs one kind of load on hosts of one database, each with its part of the connections.</summary>
    public static async Task<Measurement> RunAsync(IReadOnlyList<RunningHost> hosts, string load, int connections, int seconds)
    {
        var parts = await Task.WhenAll(hosts.Select(host => RunAsync(host, load, connections / hosts.Count, seconds, hosts[0].Paths)));
        var answers = parts.Sum(part => part.PerSecond);
        return new(
            answers, parts.Max(part => part.P50), parts.Max(part => part.P99), parts.Sum(part => part.Errors), parts.Sum(part => part.Microseconds * part.PerSecond) / answers);
    }

    /// <summary>Runs one kind of load.</summary>
    public static Task<Measurement> RunAsync(RunningHost host, string load, int connections, int seconds) => RunAsync(host, load, connections, seconds, host.Paths);

    private static async Task<Measurement> RunAsync(RunningHost host, string load, int connections, int seconds, string paths)
    {
        var script = Path.Combine(Path.GetDirectoryName(host.Paths)!, load + ".lua");
        await File.WriteAllTextAsync(script, Script(paths, load, Interlocked.Increment(ref _runs)));
        var before = host.Processor;
        using var process = Process.Start(new ProcessStartInfo(
            "wrk", ["-t1", $"-c{connections}", $"-d{seconds}s", "--latency", "-s", script, host.Address.OriginalString])
        {
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("wrk did not start.");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var used = host.Processor - before;
        var answers = double.Parse(Answers().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        return new(
            double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture),
            Milliseconds(Half().Match(output)),
            Milliseconds(NinetyNine().Match(output)),
            Errors().Matches(output).Sum(match => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)),
            used.TotalMicroseconds / answers);
    }

    // Another sequence in each run: the same one would write to the same rows what is there.
    private static string Script(string deployments, string load, long runs) => $$"""
        math.randomseed({{runs}})
        local paths = {}
        for line in io.lines("{{deployments}}") do paths[#paths + 1] = line end
        local headers = { ["X-Auth-Token"] = "{{RunningHost.Token}}", ["Content-Type"] = "application/json" }
        local body = [==[{{Seed.BodyFormat}}]==]
        local before, after = body:match("(.*)@RUN@(.*)")
        local run = {{runs * RequestsOfRun}}
        request = function()
          run = run + 1
          {{load switch
    {
        "update" => "return wrk.format('PUT', paths[math.random(#paths)], headers, before .. run .. after)",
        "show" => "return wrk.format('GET', paths[math.random(#paths)], headers)",
        _ => "return wrk.format('GET', '/v1/benchmark/software_deployments?server_id=server-' .. math.random(0, #paths / 10 - 1), headers)",
    }}}
        end
        """;

    private static double Milliseconds(Match match)
    {
        var value = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return match.Groups[2].Value switch { "us" => value / 1000, "s" => value * 1000, _ => value };
    }

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Answers();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"50%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Half();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex NinetyNine();

    [GeneratedRegex(@"(?:Non-2xx or 3xx responses: |connect |read |write |timeout )(\d+)")]
    private static partial Regex Errors();
}
