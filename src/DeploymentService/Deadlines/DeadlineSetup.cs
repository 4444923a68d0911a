namespace DeploymentService.Deadlines;

/// <summary>Registers the deadlines.</summary>
public static class DeadlineSetup
{
    /// <summary>Adds the settings and the watch.</summary>
    public static void AddDeadlines(this IServiceCollection services, DeadlinesOptions options) => services
        .AddSingleton(options)
        .AddHostedService<DeadlineMonitor>();
}
