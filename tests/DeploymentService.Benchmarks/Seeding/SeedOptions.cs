using System.Globalization;

namespace DeploymentService.Benchmarks.Seeding;

/// <summary>What to make.</summary>
/// <param name="Database">The file; it is made when it is not there.</param>
/// <param name="Project">The project, which should be new.</param>
/// <param name="Deployments">How many deployments.</param>
/// <param name="Servers">How many servers.</param>
/// <param name="Events">How many events at least: about three come with each deployment, and updates make up what is missing.</param>
public sealed record SeedOptions(string Database, string Project, int Deployments, int Servers, int Events = 0)
{
    /// <summary>100,000 deployments on 5,000 servers, where <c>dotnet run</c> looks for its data.</summary>
    public static SeedOptions Standard { get; } = new("data/deployments.db", "demo", 100_000, 5_000);

    /// <summary>Reads a command line.</summary>
    public static SeedOptions Parse(string[] args)
    {
        string Text(string name, string standard) => Array.IndexOf(args, name) is >= 0 and var place && place + 1 < args.Length ? args[place + 1] : standard;
        int Number(string name, int standard) => int.Parse(Text(name, standard.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        return new(
            Text("--database", Standard.Database),
            Text("--project", Standard.Project),
            Number("--deployments", Standard.Deployments),
            Number("--servers", Standard.Servers),
            Number("--events", Standard.Events));
    }
}
