using System.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace DeploymentService.Observability;

/// <summary>
/// Writes log events to standard output, many with one system call. An event of its own call costs as much as the update that it
/// reports, and a request must not wait for a terminal.
/// </summary>
public sealed class BufferedConsoleSink(ITextFormatter formatter) : IBatchedLogEventSink, IDisposable
{
    private readonly StreamWriter _output = new(Console.OpenStandardOutput(), new UTF8Encoding(false), bufferSize: 64 * 1024) { AutoFlush = false };

    /// <inheritdoc />
    public async Task EmitBatchAsync(IReadOnlyCollection<LogEvent> batch)
    {
        foreach (var logEvent in batch)
        {
            formatter.Format(logEvent, _output);
        }

        await _output.FlushAsync();
    }

    /// <inheritdoc />
    public Task OnEmptyBatchAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _output.Dispose();
}
