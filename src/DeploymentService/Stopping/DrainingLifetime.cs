using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting.Systemd;

namespace DeploymentService.Stopping;

/// <summary>
/// Stops the service when the process is told to. First it goes on as before for a time in which <see cref="IsDraining"/> tells balancers to send nothing more: a request that
/// comes on a connection in the moment in which it is closed is answered by nobody. A second signal ends that time.
/// </summary>
/// <param name="options">How long.</param>
/// <param name="host">What is stopped.</param>
/// <param name="systemd">Hears that the service has started, and that it stops, where systemd runs it.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Says what is being waited for.</param>
public sealed partial class DrainingLifetime(
    StoppingOptions options, IHostApplicationLifetime host, ISystemdNotifier systemd, TimeProvider time, ILogger<DrainingLifetime> logger) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private ITimer? _timer;
    private int _signalled;

    /// <summary>True from the first signal on.</summary>
    public bool IsDraining => Volatile.Read(ref _signalled) > 0;

    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                // The process ends when the host has stopped, and not before.
                context.Cancel = true;
                Stop();
            }));
        }

        host.ApplicationStarted.Register(() => systemd.Notify(ServiceState.Ready));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose()
    {
        _signals.ForEach(signal => signal.Dispose());
        _timer?.Dispose();
    }

    /// <summary>Does what a signal asks for.</summary>
    internal void Stop()
    {
        systemd.Notify(ServiceState.Stopping);
        if (Interlocked.Increment(ref _signalled) > 1 || options.DrainTime == TimeSpan.Zero)
        {
            host.StopApplication();
            return;
        }

        Log.Drains(logger, options.DrainTime.TotalSeconds);
        _timer = time.CreateTimer(static host => ((IHostApplicationLifetime)host!).StopApplication(), host, options.DrainTime, Timeout.InfiniteTimeSpan);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Stops in {Seconds} s; until then it answers, and balancers are told to send nothing more (Stopping:DrainSeconds). A second signal stops it at once")]
        public static partial void Drains(ILogger logger, double seconds);
    }
}
