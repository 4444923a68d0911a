using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace DeploymentService.Auth;

/// <summary>
/// Keeps a service without authentication from being reachable by others: before it listens when its addresses are known by then, and
/// otherwise as soon as it knows them.
/// </summary>
public sealed partial class LoopbackOnly(IServer server, IHostApplicationLifetime lifetime, ILogger<LoopbackOnly> logger) : IHostedLifecycleService
{
    /// <summary>The sentence for an operator.</summary>
    public const string Repair = "listen on 127.0.0.1 or [::1] (--urls http://127.0.0.1:8004), or use Tokens";

    /// <summary>True when an address such as <c>http://127.0.0.1:8004</c> is reached from this host alone.</summary>
    public static bool IsLoopback(string url)
    {
        var address = BindingAddress.Parse(url);
        return address.IsUnixPipe || IsLoopbackHost(address.Host);
    }

    /// <summary>True of <c>localhost</c> and of every number that means this host.</summary>
    public static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        Log.Open(logger);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        if (addresses.Any(address => !IsLoopback(address)))
        {
            Log.Reachable(logger, string.Join(", ", addresses), Repair);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Authentication:Mode is None: everybody who reaches this service is an admin")]
        public static partial void Open(ILogger logger);

        [LoggerMessage(LogLevel.Critical, "Authentication:Mode is None and the service listens on {Addresses}: {Repair}")]
        public static partial void Reachable(ILogger logger, string addresses, string repair);
    }
}
