using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace DeploymentService.Http.Connections;

/// <summary>Registers the limits of connections.</summary>
public static class ConnectionSetup
{
    // What frees connections on which nothing comes, those too that never sent a byte.
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(60);

    /// <summary>Adds them.</summary>
    public static void AddConnectionLimit(this WebApplicationBuilder builder, LimitsOptions options)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.KeepAliveTimeout = IdleTime);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<ConnectionLimit>();
        builder.Services.AddSingleton<SocketTransportFactory>();
        // The web server takes the last that is registered.
        builder.Services.AddSingleton<IConnectionListenerFactory>(services =>
            new LimitedListenerFactory(services.GetRequiredService<SocketTransportFactory>(), services.GetRequiredService<ConnectionLimit>()));
    }
}
