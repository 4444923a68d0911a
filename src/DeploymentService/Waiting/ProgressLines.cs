using System.Buffers;
using System.Text.Json;
using DeploymentService.Http;

namespace DeploymentService.Waiting;

/// <summary>
/// A wait that tells how it goes on: lines of JSON with a 200, of which the last one has the outcome. A line comes when the counts have changed, and at least every 15 seconds,
/// so that no proxy between takes the wait for dead. What goes wrong before the first line keeps its status.
/// </summary>
internal sealed class ProgressLines(HttpContext http)
{
    /// <summary>503 of a wait that the service's end has ended.</summary>
    public static readonly Fault Stopping = Fault.Unavailable("The service is stopping: ask again, and the wait goes on when it has started.");

    /// <summary>How often those who wait look whether the counts have changed.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);
    private readonly TimeProvider _time = http.RequestServices.GetRequiredService<TimeProvider>();
    private readonly WireJson _json = http.RequestServices.GetRequiredService<WireJson>();
    private object? _told;
    private long _toldAt;

    /// <summary>The lines of a request; null for one that wants none.</summary>
    public static ProgressLines? Of(HttpContext http, bool areWanted) => areWanted && !HeadRequests.IsHead(http) ? new(http) : null;

    /// <summary>True when there was a line, and with it the status.</summary>
    public bool HasBegun => _told is not null;

    /// <summary>Says how it stands, where that is news or nothing was said for long.</summary>
    /// <param name="counts">How many there are of each status; equal to the ones before when nothing has changed.</param>
    /// <exception cref="OperationCanceledException">The client is gone, or does not read.</exception>
    public async Task TellAsync<T>(T counts)
        where T : notnull
    {
        if (counts.Equals(_told) && _time.GetElapsedTime(_toldAt) < Silence)
        {
            return;
        }

        _told = counts;
        _toldAt = _time.GetTimestamp();
        if (!await WriteAsync(writer =>
        {
            writer.WritePropertyName("counts");
            _json.Write(writer, counts);
        }))
        {
            http.Abort();
            throw new OperationCanceledException();
        }
    }

    /// <summary>The last line.</summary>
    /// <param name="outcome">The status that the answer has without lines.</param>
    /// <param name="message">The same for people.</param>
    /// <param name="members">Writes what else there is to say.</param>
    public ProgressEnd End(int outcome, string message, Action<Utf8JsonWriter, WireJson>? members = null) => new(this, writer =>
    {
        writer.WriteNumber("outcome", outcome);
        writer.WriteString("message", message);
        members?.Invoke(writer, _json);
    });

    /// <summary>Writes and sends a line. False when nobody takes it.</summary>
    internal async Task<bool> WriteAsync(Action<Utf8JsonWriter> write)
    {
        var response = http.Response;
        if (!response.HasStarted)
        {
            response.ContentType = "application/x-ndjson";
            // Proxies that collect answers before they send them on let this one through.
            response.Headers["X-Accel-Buffering"] = "no";
        }

        using (var writer = new Utf8JsonWriter(response.BodyWriter))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        response.BodyWriter.Write("\n"u8);
        return await PiecewiseResponse.IsTakenAsync(http, response.BodyWriter.FlushAsync(http.RequestAborted));
    }
}

/// <summary>The last of the lines of a wait, as the answer of its handler.</summary>
internal sealed class ProgressEnd(ProgressLines lines, Action<Utf8JsonWriter> write) : IResult
{
    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext) => lines.WriteAsync(write);
}
