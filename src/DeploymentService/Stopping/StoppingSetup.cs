using Microsoft.Extensions.Hosting.Systemd;

namespace DeploymentService.Stopping;

/// <summary>Registers how the service stops.</summary>
public static class StoppingSetup
{
    /// <summary>Adds it in the place of the host's own way, which takes the first signal for the end.</summary>
    public static void AddStopping(this IServiceCollection services, StoppingOptions options)
    {
        services.AddSingleton(options);
        // Says nothing where no NOTIFY_SOCKET is set.
        services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        services.AddSingleton<DrainingLifetime>();
        services.AddSingleton<IHostLifetime>(services => services.GetRequiredService<DrainingLifetime>());
    }
}
