namespace DeploymentService.Retention;

/// <summary>Registers the removal of what has become too old.</summary>
public static class RetentionSetup
{
    /// <summary>Adds the settings, the purge, and the retention where there is any.</summary>
    public static void AddRetention(this IServiceCollection services, RetentionOptions options)
    {
        services
            .AddSingleton(options)
            .AddSingleton<Purge>()
            .AddHostedService(provider => provider.GetRequiredService<Purge>())
            .AddSingleton<RetentionSweep>();
        if (!options.IsOff)
        {
            services.AddHostedService<RetentionService>();
        }
    }
}
