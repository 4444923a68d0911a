using DeploymentService.Agents;
using DeploymentService.Hosting;
using DeploymentService.Quotas;
using DeploymentService.Storage;

namespace DeploymentService.Fleet;

/// <summary>Registers what is known of all deployments and servers.</summary>
public static class FleetSetup
{
    /// <summary>Adds the index, its loading and its recording.</summary>
    public static void AddFleet(this IServiceCollection services, FleetOptions options) => services
        .AddSingleton(options)
        .AddSingleton<FleetIndex>()
        .AddSingleton<ILogFollower>(provider => provider.GetRequiredService<FleetIndex>())
        .AddSingleton<IAgentContacts>(provider => provider.GetRequiredService<FleetIndex>())
        .AddSingleton<CurrentFleet>()
        .AddSingleton<IFleetSize, FleetSize>()
        .AddSingleton<ServerStore>()
        .AddSingleton<SearchLimit>()
        .AddSingleton<DeploymentSearch>()
        .AddSingleton<OutputSearch>()
        .AddSingleton<FleetReports>()
        .AddSingleton<DetailEnricher>()
        .AddInstruments<FleetMetrics>()
        .AddHostedService<FleetLoader>()
        .AddHostedService<ContactReader>()
        .AddHostedService<ContactRecorder>();
}
