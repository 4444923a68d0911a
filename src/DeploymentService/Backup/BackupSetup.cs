namespace DeploymentService.Backup;

/// <summary>Registers the copies that the service makes by itself.</summary>
public static class BackupSetup
{
    /// <summary>Adds them, where there is a folder for them.</summary>
    public static void AddBackups(this IServiceCollection services, BackupOptions options)
    {
        if (options.Folder is not null)
        {
            services.AddMetrics().AddSingleton(options).AddHostedService<ScheduledBackups>();
        }
    }
}
