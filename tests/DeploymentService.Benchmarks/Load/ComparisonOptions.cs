using System.Globalization;

namespace DeploymentService.Benchmarks.Load;

/// <summary>How long and how hard to measure.</summary>
/// <param name="Rounds">Every variant runs so often; the medians count.</param>
/// <param name="Seconds">The length of one run of one load.</param>
/// <param name="Connections">Clients at a time.</param>
/// <param name="Deployments">Rows that are worked on.</param>
/// <param name="Save">Whether to keep the result in the folder <c>results</c>.</param>
/// <param name="Against">The folder of an earlier build, published, to measure this one against; null to measure the variants.</param>
public sealed record ComparisonOptions(int Rounds, int Seconds, int Connections, int Deployments, bool Save, string? Against = null)
{
    // Two builds that are nearly the same take more rounds to tell apart.
    private const int RoundsOfBuilds = 10;

    // More would take long to create over HTTP.
    private const int MostOverHttp = 10_000;

    /// <summary>Three rounds of eight seconds, 64 connections, 1,000 deployments.</summary>
    public static ComparisonOptions Standard { get; } = new(3, 8, 64, 1000, Save: false);

    /// <summary>How many events the history of a seeded database has at least; 0 for what comes with the deployments.</summary>
    public int Events { get; init; }

    /// <summary>Settings that this build has and the earlier one has not, <c>key=value</c> with commas between.</summary>
    public string With { get; init; } = "";

    /// <summary>The connection string of a PostgreSQL server on this machine whose user may make databases; null to leave its variants out.</summary>
    public string? Postgres { get; init; }

    /// <summary>Whether a large database is to be measured against a small one.</summary>
    public bool IsLarge => Deployments > MostOverHttp || Events > 0;

    /// <summary>Reads a command line.</summary>
    public static ComparisonOptions Parse(string[] args)
    {
        string? Text(string name) => Array.IndexOf(args, name) is >= 0 and var place && place + 1 < args.Length ? args[place + 1] : null;
        int Number(string name, int standard) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : standard;
        var against = Text("--against");
        return new(
            Number("--rounds", against is null ? Standard.Rounds : RoundsOfBuilds),
            Number("--seconds", Standard.Seconds),
            Number("--connections", Standard.Connections),
            Number("--deployments", Standard.Deployments),
            args.Contains("--save"),
            against)
        {
            Events = Number("--events", 0),
            Postgres = Text("--postgres"),
            With = Text("--with") ?? "",
        };
    }
}
