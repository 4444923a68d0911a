namespace DeploymentService.Hosting;

/// <summary>
/// Does something again and again while the service runs, one run at a time: a run that takes longer than the interval is followed by the next at once.
/// A run that fails ends nothing: it is logged, and the next one makes up for it.
/// </summary>
/// <param name="interval">The time from one run to the next.</param>
/// <param name="time">The clock.</param>
public abstract class PeriodicService(TimeSpan interval, TimeProvider time) : BackgroundService
{
    private PeriodicTimer? _timer;
    private TimeSpan _offset;

    /// <summary>The clock.</summary>
    protected TimeProvider Time => time;

    /// <summary>True when the first run is at the start, and not one interval later. Default false.</summary>
    protected virtual bool RunsAtStart => false;

    /// <summary>True when there is a last run when the service stops. Default false.</summary>
    protected virtual bool RunsAtStop => false;

    /// <summary>
    /// True when other processes do the same: then the intervals begin at a moment of this process' own, so that those that were started together do not all do it at once.
    /// Default false.
    /// </summary>
    protected virtual bool IsDoneByOthers => false;

    /// <summary>Where in an interval that moment is, from 0 to 1. A clock that does not run by itself says when something is due, and is believed.</summary>
    protected virtual double Phase => time == TimeProvider.System ? Random.Shared.NextDouble() : 0;

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Here and not in the background: the intervals count from the start.
        _offset = IsDoneByOthers ? interval * Phase : TimeSpan.Zero;
        _timer = _offset > TimeSpan.Zero ? null : new PeriodicTimer(interval, time);
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (RunsAtStop)
        {
            await TryRunAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _timer?.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Does it once.</summary>
    /// <param name="stoppingToken">Ends the run when the service stops; of the last run, when the host no longer waits for it.</param>
    protected abstract Task RunAsync(CancellationToken stoppingToken);

    /// <summary>Logs what became of a run that failed.</summary>
    protected abstract void LogFailure(Exception exception);

    /// <summary>Does it once, whether it fails or not.</summary>
    protected async Task TryRunAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
        catch (Exception exception)
        {
            LogFailure(exception);
        }
    }

    /// <inheritdoc />
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (RunsAtStart)
        {
            await TryRunAsync(stoppingToken);
        }

        try
        {
            if (_timer is null)
            {
                await Task.Delay(_offset, time, stoppingToken);
                _timer = new PeriodicTimer(interval, time);
                await TryRunAsync(stoppingToken);
            }

            while (await _timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryRunAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }
}
