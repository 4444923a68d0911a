using System.Globalization;
using DeploymentService.CommandLine;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.CommandLine.Client;

/// <summary>What a word of the client came to.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Errors">What it printed beside that.</param>
internal sealed record ClientRun(int Code, string Output, string Errors)
{
    /// <summary>Runs the client in a project with the member's token, which must not be in anything that is printed.</summary>
    public static async Task<ClientRun> OfAsync(Project project, Dictionary<string, string>? environment, params string[] arguments)
    {
        using var http = project.App.CreateDefaultClient();
        var token = await project.MemberTokenAsync();
        var run = await OfAsync(
            new() { ["DEPLOYMENTS_URL"] = $"{http.BaseAddress}v1/{project.Id}", ["DEPLOYMENTS_TOKEN"] = token }, environment, TimeProvider.System, arguments);
        Assert.DoesNotContain(token, run.Output + run.Errors, StringComparison.Ordinal);
        return run;
    }

    /// <summary>Runs the client with an environment and nothing else.</summary>
    public static async Task<ClientRun> OfAsync(
        Dictionary<string, string> access, Dictionary<string, string>? environment, TimeProvider time, params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await ProgramCommands.RunAsync(arguments, new(output, errors, time)
        {
            Variable = name => environment?.GetValueOrDefault(name) ?? access.GetValueOrDefault(name),
            LongestSilence = environment?.TryGetValue("SILENCE", out var seconds) == true ? TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)) : TimeSpan.FromSeconds(45),
            IsTerminal = environment?.ContainsKey("TERMINAL") == true,
        });
        return new(code, $"{output}", $"{errors}");
    }
}

/// <summary>A clock on which every pause is over at once.</summary>
internal sealed class HurriedClock : TimeProvider
{
    private long _skipped;

    public override long GetTimestamp() => System.GetTimestamp() + (Interlocked.Read(ref _skipped) * System.TimestampFrequency / TimeSpan.TicksPerSecond);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Add(ref _skipped, dueTime.Ticks);
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
