using DeploymentService.Storage;

namespace DeploymentService.Events;

/// <summary>Registers the history of deployments and those who follow it.</summary>
public static class EventSetup
{
    /// <summary>Adds the history.</summary>
    public static void AddEvents(this IServiceCollection services, EventsOptions options) => services
        .AddSingleton(options)
        .AddSingleton<EventHistory>()
        .AddSingleton<RejectedReportLog>()
        .AddSingleton<RecentEvents>()
        .AddSingleton<ILogFollower>(provider => provider.GetRequiredService<RecentEvents>());
}
