namespace DeploymentService.CommandLine;

/// <summary>What a command of the program finds around it.</summary>
/// <param name="Output">Where answers go.</param>
/// <param name="Errors">Where refusals go.</param>
/// <param name="Time">The clock.</param>
public sealed record Surroundings(TextWriter Output, TextWriter Errors, TimeProvider Time)
{
    /// <summary>Looks a variable of the environment up.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>True when a person watches the output.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>How long nothing may come of the service before a connection counts as cut: twice what it leaves between two lines, and more than its longest answer to one question takes.</summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Those of this process.</summary>
    public static Surroundings OfProcess(TimeProvider time) => new(Console.Out, Console.Error, time)
    {
        IsTerminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null or ""),
    };
}
