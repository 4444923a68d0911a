using DeploymentService.Events;

namespace DeploymentService.Waiting;

/// <summary>Registers the waits.</summary>
public static class WaitingSetup
{
    /// <summary>Adds the waits. Behind the fleet, which hears of a change first.</summary>
    public static void AddWaiting(this IServiceCollection services) => services
        .AddSingleton<DeploymentWaits>()
        .AddSingleton<ICommitSubscriber>(provider => provider.GetRequiredService<DeploymentWaits>())
        .AddSingleton<WaitReport>()
        .AddSingleton<FilterWaits>()
        .AddSingleton<ICommitSubscriber>(provider => provider.GetRequiredService<FilterWaits>())
        .AddHostedService(provider => provider.GetRequiredService<FilterWaits>());
}
