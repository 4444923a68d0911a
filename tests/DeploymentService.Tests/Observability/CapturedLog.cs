using System.Collections.Concurrent;
using DeploymentService.Tests.Support;
using Serilog.Core;
using Serilog.Events;

namespace DeploymentService.Tests.Observability;

/// <summary>Keeps what an application logs.</summary>
public sealed class CapturedLog : ILogEventSink
{
    private readonly ConcurrentQueue<LogEvent> _events = new();
    private TaskCompletionSource _arrival = NewSignal();

    /// <summary>Everything so far.</summary>
    public IReadOnlyCollection<LogEvent> Events => _events;

    public void Emit(LogEvent logEvent)
    {
        // The server of the tests keeps nothing safe, and every start on it says so.
        if (TestEngine.IsPostgres && logEvent.Level == LogEventLevel.Warning && Value(logEvent, "SourceContext") is "DeploymentService.Storage.Postgres.PostgresSchema")
        {
            return;
        }

        _events.Enqueue(logEvent);
        Interlocked.Exchange(ref _arrival, NewSignal()).SetResult();
    }

    /// <summary>The events of a request. It is logged when it has ended, which may be after its answer has arrived.</summary>
    public Task<IReadOnlyList<LogEvent>> OfAsync(string requestId, int atLeast) => OfAsync("RequestId", requestId, atLeast);

    /// <summary>The events whose property has a value.</summary>
    public async Task<IReadOnlyList<LogEvent>> OfAsync(string property, string value, int atLeast)
    {
        while (true)
        {
            var arrival = Volatile.Read(ref _arrival);
            LogEvent[] found = [.. _events.Where(logged => Value(logged, property) as string == value)];
            if (found.Length >= atLeast)
            {
                return found;
            }

            await arrival.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    /// <summary>Ends when an event whose template has this text has come so many times.</summary>
    public async Task UntilAsync(string text, int times = 1)
    {
        while (true)
        {
            var arrival = Volatile.Read(ref _arrival);
            if (_events.Count(logged => logged.MessageTemplate.Text.Contains(text, StringComparison.Ordinal)) >= times)
            {
                return;
            }

            await arrival.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    /// <summary>Everything that any way to write events down could show of one.</summary>
    public static string Whole(LogEvent logged) => string.Join(
        '\n', logged.MessageTemplate.Text, logged.RenderMessage(System.Globalization.CultureInfo.InvariantCulture), logged.Exception?.ToString(),
        string.Join('\n', logged.Properties.Select(property => $"{property.Key}={property.Value}")));

    /// <summary>The value of a property.</summary>
    public static object? Value(LogEvent logged, string name) => (logged.Properties.GetValueOrDefault(name) as ScalarValue)?.Value;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
