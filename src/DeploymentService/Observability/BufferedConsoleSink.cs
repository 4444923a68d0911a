using System.Text;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Formatting;

namespace DeploymentService.Observability;

/// <summary>
/// Writes log events to standard output, in order and many with one system call: an event of its own call costs as much as the update that it reports. Whoever
/// logs puts an event into the queue and goes on, however slow the terminal is. Disposing writes what is still in it.
/// </summary>
public sealed class BufferedConsoleSink : ILogEventSink, IDisposable, IAsyncDisposable
{
    // More than a second of successes at full speed may wait for a slow terminal; then successes are dropped, and never an error.
    private const int MostWaiting = 50_000;

    private static readonly BatchingOptions Batches = new()
    {
        BatchSizeLimit = 1000,
        BufferingTimeLimit = TimeSpan.FromMilliseconds(100),
        EagerlyEmitFirstEvent = true,
        // The limit is MostWaiting: the queue's own one would drop errors too.
        QueueLimit = null,
    };

    private readonly Output _output;
    private readonly ILogEventSink _queue;

    /// <summary>Begins to write.</summary>
    /// <param name="stream">Where to; it is closed at the end.</param>
    /// <param name="formatter">How an event is written.</param>
    public BufferedConsoleSink(Stream stream, ITextFormatter formatter)
    {
        _output = new(stream, formatter);
        _queue = LoggerSinkConfiguration.CreateSink(to => to.Fallible(queue => queue.Sink(_output, Batches), _output));
    }

    /// <inheritdoc />
    public void Emit(LogEvent logEvent)
    {
        if (logEvent.Level >= LogEventLevel.Error || Volatile.Read(ref _output.Waiting) < MostWaiting)
        {
            Interlocked.Increment(ref _output.Waiting);
            _queue.Emit(logEvent);
        }
    }

    /// <inheritdoc />
    public void Dispose() => ((IDisposable)_queue).Dispose();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ((IAsyncDisposable)_queue).DisposeAsync();

    /// <summary>The end of the queue. What fails is tried again by the queue, until it gives up.</summary>
    private sealed class Output(Stream stream, ITextFormatter formatter) : IBatchedLogEventSink, ILoggingFailureListener, IDisposable
    {
        private readonly StreamWriter _writer = new(stream, new UTF8Encoding(false), bufferSize: 64 * 1024) { AutoFlush = false };

        /// <summary>How many events are in the queue or being written.</summary>
        public int Waiting;

        public async Task EmitBatchAsync(IReadOnlyCollection<LogEvent> batch)
        {
            foreach (var logEvent in batch)
            {
                formatter.Format(logEvent, _writer);
            }

            await _writer.FlushAsync();
            Interlocked.Add(ref Waiting, -batch.Count);
        }

        public void OnLoggingFailed(object sender, LoggingFailureKind kind, string message, IReadOnlyCollection<LogEvent>? events, Exception? exception)
        {
            if (kind != LoggingFailureKind.Temporary)
            {
                Interlocked.Add(ref Waiting, -(events?.Count ?? 0));
            }

            SelfLog.FailureListener.OnLoggingFailed(sender, kind, message, events, exception);
        }

        public void Dispose() => _writer.Dispose();
    }
}
