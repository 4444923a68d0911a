namespace DeploymentService.Events;

/// <summary>Registers the history of deployments and those who follow it.</summary>
public static class EventSetup
{
    /// <summary>Adds the history.</summary>
    public static void AddEvents(this IServiceCollection services, EventsOptions options) => services
        .AddSingleton(options)
        .AddSingleton<CommitPublisher>()
        .AddSingleton<EventHistory>()
        .AddSingleton<HistoryIndex>()
        .AddSingleton<ICommitSubscriber>(provider => provider.GetRequiredService<HistoryIndex>())
        .AddSingleton<HistoryIndexer>()
        .AddHostedService(provider => provider.GetRequiredService<HistoryIndexer>())
        .AddSingleton<RejectedReportLog>()
        .AddSingleton<RecentEvents>()
        .AddSingleton<ICommitSubscriber>(provider => provider.GetRequiredService<RecentEvents>());
}
