namespace DeploymentService.Retention;

/// <summary>Registers the removal of what has become too old.</summary>
public static class RetentionSetup
{
    /// <summary>Adds the purge.</summary>
    public static void AddRetention(this IServiceCollection services) => services
        .AddSingleton<Purge>()
        .AddHostedService(provider => provider.GetRequiredService<Purge>());
}
