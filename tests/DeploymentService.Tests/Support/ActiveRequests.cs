using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Support;

/// <summary>How many requests an application is at, as its web server counts them.</summary>
internal sealed class ActiveRequests : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource? _none;

    public ActiveRequests(ServiceApp app)
    {
        var factory = app.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "http.server.active_requests" && instrument.Meter.Scope == factory)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, change, _, _) =>
        {
            lock (_lock)
            {
                // A request that was under way before this began to count is none of its own when it ends.
                Count = Math.Max(0, Count + change);
                if (Count == 0)
                {
                    _none?.TrySetResult();
                }
            }
        });
        _listener.Start();
    }

    public long Count { get; private set; }

    /// <summary>Waits until there is none.</summary>
    public async Task NoneAsync()
    {
        lock (_lock)
        {
            _none = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Count == 0)
            {
                return;
            }
        }

        await _none.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public void Dispose() => _listener.Dispose();
}
