using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using DeploymentService.Http.Bodies;
using DeploymentService.Http.Connections;
using Microsoft.AspNetCore.Connections;

namespace DeploymentService.Http;

/// <summary>
/// An answer, mostly JSON, whose size a client decides. It is written part by part and sent in pieces, each when the client has taken the one before, so that nobody who does
/// not read holds more of the service's memory than a piece and the value that is on its way. Whoever does not take a piece in time
/// (<see cref="LimitsOptions.AnswerPieceSeconds"/>), or whose token has ended, loses the connection. Large values that are on their way count as bodies do
/// (<see cref="BytesInFlight"/>). An answer that fits in one piece has its length in its headers.
/// </summary>
public sealed class PiecewiseResponse : IDisposable
{
    /// <summary>How much is sent at once. The web server takes about as much before it says that the client does not read.</summary>
    public const int PieceBytes = 64 * 1024;

    // As Heat's.
    private const string JsonType = "application/json";

    private readonly HttpContext _http;
    private readonly ResponseBuffer _buffer;
    private readonly WorkTurn? _turn;
    private IHeldRequest? _held;
    private int _unsent;
    private bool _hasBegun;

    private PiecewiseResponse(HttpContext http, int status, ResponseBuffer buffer, string contentType, WorkTurn? turn = null)
    {
        _http = http;
        _buffer = buffer;
        _turn = turn;
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
    }

    /// <summary>Begins a 200. Nothing is sent before there is a piece of it.</summary>
    /// <param name="http">The request.</param>
    /// <param name="contentType">What it is announced as.</param>
    public static PiecewiseResponse Begin(HttpContext http, string contentType = JsonType) => new(http, StatusCodes.Status200OK, ResponseBuffer.Take(), contentType);

    /// <summary>
    /// The same for people's lists, which may be as long as everything that there is: each piece behind the first is made when it is the project's turn (<see cref="WorkTurns"/>), and not while the client
    /// takes its time.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="contentType">What it is announced as.</param>
    public static PiecewiseResponse BeginList(HttpContext http, string contentType = JsonType) =>
        // What is in no project is of all of them.
        new(http, StatusCodes.Status200OK, ResponseBuffer.Take(), contentType, http.RequestServices.GetRequiredService<WorkTurns>().Of(http.GetRouteValue("project_id") as string ?? ""));

    /// <summary>Writes what is to be sent.</summary>
    public Utf8JsonWriter Json => _buffer.Json;

    /// <summary>Writes text. Of JSON before it nothing may be open.</summary>
    public void Write(string text)
    {
        Json.Flush();
        // What comes next stands by itself.
        Json.Reset();
        Encoding.UTF8.GetBytes(text, _buffer);
    }

    /// <summary>Ends a part. False when the client does not want the rest: it asked for the headers alone.</summary>
    /// <exception cref="ConnectionAbortedException">The client is gone, does not read, or may not any more.</exception>
    /// <exception cref="FaultException">503: there is no room for so large an answer.</exception>
    public ValueTask<bool> NextAsync()
    {
        Json.Flush();
        return _buffer.Length + _unsent < PieceBytes ? ValueTask.FromResult(true) : new(SendAndGoOnAsync());
    }

    /// <summary>Ends the answer.</summary>
    /// <exception cref="ConnectionAbortedException">The client is gone, does not read, or may not any more.</exception>
    /// <exception cref="FaultException">503: there is no room for so large an answer.</exception>
    public async Task EndAsync()
    {
        Json.Flush();
        if (!_hasBegun)
        {
            _http.Response.ContentLength = _buffer.Length;
        }

        if (await SendAsync() && _unsent > 0)
        {
            await FlushAsync();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _turn?.Dispose();
        _held?.Dispose();
        _buffer.Return();
    }

    /// <summary>Sends an answer that is written already, as far as it is large.</summary>
    internal static async Task SendAsync(HttpContext http, int status, ResponseBuffer written)
    {
        using var answer = new PiecewiseResponse(http, status, written, JsonType);
        await answer.EndAsync();
    }

    /// <summary>Waits until a client has taken what it is sent, and ends its connection when it does not in time. False then, and when it has gone.</summary>
    /// <param name="http">The request.</param>
    /// <param name="flush">The sending.</param>
    internal static async Task<bool> IsTakenAsync(HttpContext http, ValueTask<FlushResult> flush)
    {
        if (flush.IsCompletedSuccessfully)
        {
            return !flush.Result.IsCompleted;
        }

        var services = http.RequestServices;
        var sending = flush.AsTask();
        try
        {
            var isInTime = sending.WaitAsync(services.GetRequiredService<LimitsOptions>().AnswerPieceTime, services.GetRequiredService<TimeProvider>());
            return !(await isInTime).IsCompleted;
        }
        catch (TimeoutException)
        {
            http.Abort();
            // It ends with the connection, and nothing else may be written before.
            await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return false;
        }
    }

    private async Task<bool> SendAndGoOnAsync()
    {
        if (!await SendAsync())
        {
            return false;
        }

        if (_turn is not null)
        {
            await _turn.BeginAsync(_http.RequestAborted);
        }

        return true;
    }

    private async Task<bool> SendAsync()
    {
        _turn?.End();
        var isFirst = !_hasBegun;
        _hasBegun = true;
        if (HeadRequests.IsHead(_http))
        {
            await _http.Response.StartAsync();
            return false;
        }

        BytesInFlight.HoldAnswer(_http, _buffer.Length);
        if (isFirst && _buffer.Length >= PieceBytes)
        {
            // A client may take its time over more than a piece: no longer than its token.
            _held = _http.RequestServices.GetRequiredService<IHeldRequests>().HoldOrNull(_http);
        }

        foreach (var segment in _buffer.Segments())
        {
            for (var rest = segment; rest.Length > 0;)
            {
                var size = Math.Min(rest.Length, PieceBytes - _unsent);
                _http.Response.BodyWriter.Write(rest.Span[..size]);
                rest = rest[size..];
                _unsent += size;
                if (_unsent == PieceBytes)
                {
                    await FlushAsync();
                }
            }
        }

        _buffer.Clear();
        return true;
    }

    private async ValueTask FlushAsync()
    {
        _unsent = 0;
        if (!await IsTakenAsync())
        {
            _http.Abort();
            throw new ConnectionAbortedException();
        }
    }

    private async ValueTask<bool> IsTakenAsync()
    {
        try
        {
            return await IsTakenAsync(_http, _http.Response.BodyWriter.FlushAsync(_held?.End ?? _http.RequestAborted)) && _held?.Fault is null;
        }
        catch (OperationCanceledException) when (_held?.Fault is not null)
        {
            return false;
        }
    }
}
