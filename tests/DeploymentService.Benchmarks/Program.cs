using DeploymentService.Benchmarks.Hosts;
using DeploymentService.Benchmarks.Load;
using DeploymentService.Benchmarks.Seeding;

namespace DeploymentService.Benchmarks;

/// <summary>
/// <c>compare</c> (the default) measures the service against what it could be and what it might have been, in one run, or with <c>--against</c> against
/// an earlier build of itself, or with very many <c>--deployments</c> against itself with few;
/// <c>seed</c> makes a fleet to look at, <c>find</c> measures what operators ask of it, <c>neighbours</c> what one tenant costs another; <c>serve VARIANT</c> starts one of the hosts that are compared.
/// </summary>
public static class Program
{
    /// <summary>Runs a command.</summary>
    public static async Task<int> Main(string[] args)
    {
        try
        {
            return await RunAsync(args);
        }
        catch (Exception fault)
        {
            // Caught, so that what was started is stopped on the way here.
            await Console.Error.WriteLineAsync(fault.ToString());
            return 1;
        }
    }

    private static Task<int> RunAsync(string[] args) => args switch
    {
        ["serve", var variant, .. var rest] => HostVariants.ServeAsync(variant, rest),
        [] => Comparison.RunAsync(ComparisonOptions.Standard),
        ["seed", .. var rest] => FleetSeed.RunAsync(SeedOptions.Parse(rest)),
        ["find", .. var rest] => FindBenchmark.RunAsync(SeedOptions.Parse(rest), isOneSize: rest.Contains("--deployments"), save: rest.Contains("--save")),
        ["neighbours", .. var rest] => NeighbourBenchmark.RunAsync(ComparisonOptions.Parse(rest)),
        ["compare", .. var rest] => ComparisonOptions.Parse(rest) switch
        {
            { Against: not null } options => BuildComparison.RunAsync(options),
            { IsLarge: true } options => SizeComparison.RunAsync(options),
            var options => Comparison.RunAsync(options),
        },
        _ => Usage(),
    };

    private static async Task<int> Usage()
    {
        await Console.Error.WriteLineAsync("""
            dotnet run -c Release --project tests/DeploymentService.Benchmarks [compare [--rounds 3] [--seconds 8] [--connections 64] [--deployments 1000] [--save] [--postgres "Host=…"]]
            dotnet run -c Release --project tests/DeploymentService.Benchmarks compare --deployments 1000000 [--events 7000000] [--rounds 3] [--seconds 8] [--connections 64] [--save]
            dotnet run -c Release --project tests/DeploymentService.Benchmarks compare --against FOLDER [--with KEY=VALUE,…] [--rounds 10] [--seconds 8] [--connections 64] [--deployments 1000]
            dotnet run -c Release --project tests/DeploymentService.Benchmarks seed [--database data/deployments.db] [--project demo] [--deployments 100000] [--servers 5000] [--events 0]
            dotnet run -c Release --project tests/DeploymentService.Benchmarks find [--deployments N] [--servers 5000] [--save]
            dotnet run -c Release --project tests/DeploymentService.Benchmarks neighbours [--rounds 3] [--seconds 8] [--deployments 1000] [--save]
            dotnet run -c Release --project tests/DeploymentService.Benchmarks serve service|no-database|per-request|per-request-wal --urls ADDRESS
            """);
        return 2;
    }
}
