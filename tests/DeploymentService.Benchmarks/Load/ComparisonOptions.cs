using System.Globalization;

namespace DeploymentService.Benchmarks.Load;

/// <summary>How long and how hard to measure.</summary>
/// <param name="Rounds">Every variant runs so often; the medians count.</param>
/// <param name="Seconds">The length of one run of one load.</param>
/// <param name="Connections">Clients at a time.</param>
/// <param name="Deployments">Rows that are worked on.</param>
/// <param name="Save">Whether to keep the result in the folder <c>results</c>.</param>
public sealed record ComparisonOptions(int Rounds, int Seconds, int Connections, int Deployments, bool Save)
{
    /// <summary>Three rounds of eight seconds, 64 connections, 1,000 deployments.</summary>
    public static ComparisonOptions Standard { get; } = new(3, 8, 64, 1000, Save: false);

    /// <summary>Reads a command line.</summary>
    public static ComparisonOptions Parse(string[] args)
    {
        int Number(string name, int standard) =>
            Array.IndexOf(args, name) is >= 0 and var place && place + 1 < args.Length ? int.Parse(args[place + 1], CultureInfo.InvariantCulture) : standard;
        return new(
            Number("--rounds", Standard.Rounds),
            Number("--seconds", Standard.Seconds),
            Number("--connections", Standard.Connections),
            Number("--deployments", Standard.Deployments),
            args.Contains("--save"));
    }
}
