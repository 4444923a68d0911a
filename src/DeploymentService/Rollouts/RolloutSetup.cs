using DeploymentService.Storage;
using FluentValidation;

namespace DeploymentService.Rollouts;

/// <summary>Registers the rollouts.</summary>
public static class RolloutSetup
{
    /// <summary>Adds the store, what drives rollouts, what shows them, and the rules of the bodies.</summary>
    public static void AddRollouts(this IServiceCollection services) => services
        .AddSingleton<RolloutStore>()
        .AddSingleton<RolloutFollower>()
        .AddSingleton<ILogFollower>(provider => provider.GetRequiredService<RolloutFollower>())
        .AddSingleton<RolloutServers>()
        .AddSingleton<RolloutDetails>()
        .AddSingleton<RolloutReports>()
        .AddSingleton<ConfigRollouts>()
        .AddSingleton<RolloutLists>()
        .AddSingleton<RolloutActions>()
        .AddSingleton<RolloutQuotas>()
        .AddSingleton<RolloutWaits>()
        .AddSingleton<RolloutWaitReport>()
        .AddSingleton<IValidator<CreateRollout>, CreateRolloutValidator>()
        .AddSingleton<IValidator<NextBatch>, NextBatchValidator>()
        .AddHostedService<RolloutDriver>();
}
