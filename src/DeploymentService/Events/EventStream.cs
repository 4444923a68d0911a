using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Limits;
using DeploymentService.Secrets;
using DeploymentService.Storage.Model;
using Microsoft.AspNetCore.Http.Metadata;

namespace DeploymentService.Events;

/// <summary>
/// The events of a project as they happen, as server-sent events. The database is what is followed: memory only saves the asking. So nothing is
/// lost, doubled or out of order, whatever ends in between, and a slow client costs nothing but its own place.
/// </summary>
internal sealed class EventStream(string projectId, long? after, string? serverId, string? deploymentId) : IResult, IEndpointMetadataProvider
{
    private const string Gap = "gap";
    private const int EventsAtOnce = 500;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The names that an event of the stream can have.</summary>
    public static IEnumerable<string> Names => EventKind.All.Append(Gap);

    /// <summary>Tells the OpenAPI document what a handler answers.</summary>
    public static void PopulateMetadata(System.Reflection.MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/event-stream"]));

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var history = services.GetRequiredService<EventHistory>();
        var recent = services.GetRequiredService<RecentEvents>();
        var time = services.GetRequiredService<TimeProvider>();
        var json = services.GetRequiredService<WireJson>();
        var redaction = services.GetRequiredService<Redaction>();
        var caller = Caller.Of(httpContext);
        using var counted = services.GetRequiredService<StreamLimit>().TryTake(httpContext, out var full);
        if (counted is null)
        {
            await full.ExecuteAsync(httpContext);
            return;
        }

        using var held = TokenWatch.Of(httpContext).Hold(httpContext);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            held.End, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);

        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        // Proxies that collect answers before they send them on let this one through.
        response.Headers["X-Accel-Buffering"] = "no";

        if (HeadRequests.IsHead(httpContext))
        {
            await response.StartAsync();
            return;
        }

        var signal = recent.SignalOf(projectId);
        var last = await history.LastAsync();
        var place = after ?? last;
        WriteText(response, string.Create(CultureInfo.InvariantCulture, $"id: {place}\n\n"));
        if (place > last || await history.IsPassedOverAsync(place))
        {
            // An id of another database, or of this one before an older copy was put in its place: what the client has may never have happened.
            WriteGap(response, json, new EventGap(1, last));
            place = last;
        }

        var events = new List<DeploymentEvent>();
        var written = time.GetTimestamp();
        var isWritten = true;
        try
        {
            while (true)
            {
                // Taken before the events are read, so that one that comes in between ends the wait at once.
                var next = signal.Next;
                events.Clear();
                if (!recent.TryRead(projectId, place, EventsAtOnce, events, out var examined))
                {
                    (examined, var first) = await history.ReadAsync(projectId, place, EventsAtOnce, events);
                    if (first > place + 1)
                    {
                        // Purged before the client came, or while it was slow.
                        WriteGap(response, json, new EventGap(place + 1, first - 1));
                        isWritten = true;
                    }
                }

                // What happened since is not for one whose token has ended.
                end.Token.ThrowIfCancellationRequested();
                foreach (var evt in events)
                {
                    if (IsWanted(evt))
                    {
                        Write(response, json, evt, redaction, caller);
                        isWritten = true;
                        if (response.BodyWriter.UnflushedBytes >= PiecewiseResponse.PieceBytes && !await FlushAsync(httpContext, end.Token))
                        {
                            return;
                        }
                    }
                }

                place = examined;
                if (!isWritten && time.GetElapsedTime(written) >= Heartbeat)
                {
                    // However much happened: none of it was for this client. With the id, so that it need not be told again of what was not for it.
                    WriteText(response, string.Create(CultureInfo.InvariantCulture, $": nothing happened\nid: {place}\n\n"));
                    isWritten = true;
                }

                if (isWritten)
                {
                    written = time.GetTimestamp();
                    isWritten = false;
                    if (!await FlushAsync(httpContext, end.Token))
                    {
                        return;
                    }
                }

                if (events.Count < EventsAtOnce)
                {
                    await WaitAsync(next, Heartbeat - time.GetElapsedTime(written), time, end.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone, its token has ended, or the service stops.
        }
    }

    /// <summary>Sends what is written. False when nobody takes it any more, or not in time; who comes again goes on where it was.</summary>
    private static async Task<bool> FlushAsync(HttpContext http, CancellationToken end)
    {
        try
        {
            return await PiecewiseResponse.IsTakenAsync(http, http.Response.BodyWriter.FlushAsync(end));
        }
        catch (OperationCanceledException)
        {
            // It is to end, and the client does not read: what is still on its way to it would hold the stop up.
            http.Abort();
            return false;
        }
    }

    /// <summary>Waits until something happens in the project, or the time is over.</summary>
    private static async Task WaitAsync(Task next, TimeSpan left, TimeProvider time, CancellationToken end)
    {
        try
        {
            await next.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, end);
        }
        catch (TimeoutException)
        {
            // Whatever is due is done then.
        }
    }

    private bool IsWanted(DeploymentEvent evt) =>
        !EventSubject.IsOfAccess(evt.Subject) && (serverId is null || evt.ServerId == serverId) && (deploymentId is null || (evt.DeploymentId == deploymentId && evt.Subject is null));

    /// <summary>What is about something other than a deployment has a name of its own, which clients who do not know it pass over.</summary>
    private static void Write(HttpResponse response, WireJson json, DeploymentEvent evt, Redaction redaction, Caller caller)
    {
        if (evt.Subject is null)
        {
            Write(response, json, Head(evt, evt.Kind), redaction.For(caller, EventView.Of(evt)));
        }
        else
        {
            var view = SubjectEventView.Of(evt);
            Write(response, json, Head(evt, view.Event), view with { Reason = redaction.ShortReasonFor(caller, view.Reason) });
        }
    }

    private static string Head(DeploymentEvent evt, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"id: {evt.Sequence}\nevent: {name}\ndata: ");

    /// <summary>With an id of its own, so that a client that loses the connection before it is told again.</summary>
    private static void WriteGap(HttpResponse response, WireJson json, EventGap gap) =>
        Write(response, json, string.Create(CultureInfo.InvariantCulture, $"id: {gap.To}\nevent: {Gap}\ndata: "), gap);

    private static void Write<T>(HttpResponse response, WireJson json, string head, T data)
    {
        WriteText(response, head);
        using (var writer = new Utf8JsonWriter((IBufferWriter<byte>)response.BodyWriter, Options))
        {
            json.Write(writer, data);
        }

        WriteText(response, "\n\n");
    }

    private static void WriteText(HttpResponse response, string text) => Encoding.UTF8.GetBytes(text, response.BodyWriter);
}
