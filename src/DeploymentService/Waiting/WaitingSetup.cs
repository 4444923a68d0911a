using DeploymentService.Fleet;
using DeploymentService.Storage;

namespace DeploymentService.Waiting;

/// <summary>Registers the waits.</summary>
public static class WaitingSetup
{
    /// <summary>Adds the waits.</summary>
    public static void AddWaiting(this IServiceCollection services) => services
        .AddSingleton<DeploymentWaits>()
        .AddSingleton<ILogFollower>(provider => provider.GetRequiredService<DeploymentWaits>())
        .AddSingleton<IDeploymentWaits, RequestedWaits>()
        .AddSingleton<WaitReport>()
        .AddSingleton<FilterWaits>()
        .AddHostedService(provider => provider.GetRequiredService<FilterWaits>());
}
