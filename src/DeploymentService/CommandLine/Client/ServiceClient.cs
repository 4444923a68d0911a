using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace DeploymentService.CommandLine.Client;

/// <summary>
/// Asks the public API. What may pass (a connection that is refused or cut, 429, 502, 503 and 504) is tried again, as long as the service asks for or with pauses that grow; what is refused
/// is an error at once.
/// </summary>
internal sealed class ServiceClient : IDisposable
{
    // For one question. Who waits for deployments has a time of his own.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly ServiceAccess _access;
    private readonly TimeProvider _time;
    private readonly TimeSpan _silence;

    /// <summary>A client for a project.</summary>
    /// <param name="access">Where it is, and the token.</param>
    /// <param name="time">The clock of pauses.</param>
    /// <param name="silence">How long nothing may come before a connection counts as cut.</param>
    public ServiceClient(ServiceAccess access, TimeProvider time, TimeSpan silence)
    {
        (_access, _time, _silence) = (access, time, silence);
        // The token goes to the address that was given and to no other, also where that says that it has moved.
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    /// <summary>The answer to a question; the text as it came.</summary>
    /// <param name="method">GET, or POST with a key of the request, so that what is sent again is done once.</param>
    /// <param name="path">Behind the project.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="CouldNotAskException">There was none.</exception>
    public Task<string> AskAsync(HttpMethod method, string path, CancellationToken cancel) => AskAsync(method, path, Patience, cancel);

    /// <summary>The answer to a question, for which more patience is there.</summary>
    /// <param name="method">As above.</param>
    /// <param name="path">Behind the project.</param>
    /// <param name="patience">For how long it is tried again, from the first attempt that failed on; half a minute at least.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="CouldNotAskException">There was none.</exception>
    public async Task<string> AskAsync(HttpMethod method, string path, TimeSpan patience, CancellationToken cancel)
    {
        var key = Guid.NewGuid().ToString();
        long? failedAt = null;
        for (var attempt = 0; ; attempt++)
        {
            TimeSpan? asked;
            string trouble;
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            silence.CancelAfter(_silence);
            try
            {
                using var answer = await SendAsync(method, path, key, silence.Token);
                var body = await answer.Content.ReadAsStringAsync(silence.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return body;
                }

                trouble = Refusal(answer.StatusCode, body);
                asked = MayPass(answer.StatusCode) ? answer.Headers.RetryAfter?.Delta : throw new CouldNotAskException(trouble);
            }
            catch (Exception exception) when (IsCut(exception, cancel))
            {
                (trouble, asked) = (Unreachable(exception), null);
            }

            var pause = PauseOf(attempt, asked);
            failedAt ??= _time.GetTimestamp();
            if (_time.GetElapsedTime(failedAt.Value) + pause > (patience > Patience ? patience : Patience))
            {
                throw new CouldNotAskException(trouble);
            }

            await Task.Delay(pause, _time, cancel);
        }
    }

    /// <summary>The lines of an answer that goes on, each an object. It ends with the answer, or when that is cut or silent for too long.</summary>
    /// <exception cref="PassingTroubleException">There is no answer now.</exception>
    /// <exception cref="CouldNotAskException">The question is refused.</exception>
    public async IAsyncEnumerable<JsonElement> LinesAsync(string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        silence.CancelAfter(_silence);
        using var answer = await BeginAsync(path, silence.Token, cancel);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancel));
        while (await LineAsync(reader, silence.Token, cancel) is { } line)
        {
            silence.CancelAfter(_silence);
            yield return line;
        }
    }

    /// <summary>How long to pause before another attempt.</summary>
    public static TimeSpan PauseOf(int attempt, TimeSpan? asked) => asked is { } wanted && wanted > TimeSpan.Zero
        ? (wanted < TimeSpan.FromMinutes(1) ? wanted : TimeSpan.FromMinutes(1))
        : TimeSpan.FromSeconds(Math.Min(1 << Math.Min(attempt, 4), 10));

    private async Task<HttpResponseMessage> BeginAsync(string path, CancellationToken silence, CancellationToken cancel)
    {
        try
        {
            var answer = await SendAsync(HttpMethod.Get, path, key: null, silence);
            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            using (answer)
            {
                var refusal = Refusal(answer.StatusCode, await answer.Content.ReadAsStringAsync(silence));
                throw MayPass(answer.StatusCode) ? new PassingTroubleException(refusal, answer.Headers.RetryAfter?.Delta) : new CouldNotAskException(refusal);
            }
        }
        catch (Exception exception) when (IsCut(exception, cancel))
        {
            throw new PassingTroubleException(Unreachable(exception), null);
        }
    }

    private static async Task<JsonElement?> LineAsync(StreamReader reader, CancellationToken silence, CancellationToken cancel)
    {
        try
        {
            return await reader.ReadLineAsync(silence) is { } line ? JsonElement.Parse(line) : null;
        }
        catch (Exception exception) when (IsCut(exception, cancel) || exception is JsonException)
        {
            // Cut, in the middle of a line too.
            return null;
        }
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key, CancellationToken cancel)
    {
        var request = new HttpRequestMessage(method, new Uri(_access.Project, path));
        request.Headers.Add("X-Auth-Token", _access.Token);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (key is not null && method != HttpMethod.Get)
        {
            request.Headers.Add("Idempotency-Key", key);
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    private static bool MayPass(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static bool IsCut(Exception exception, CancellationToken cancel) =>
        exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancel.IsCancellationRequested);

    private string Unreachable(Exception exception) => string.Create(
        CultureInfo.InvariantCulture,
        $"{_access.Project.GetLeftPart(UriPartial.Authority)} does not answer: {(exception is OperationCanceledException ? $"nothing came for {_silence.TotalSeconds} seconds" : exception.Message)}");

    private static string Refusal(HttpStatusCode status, string body)
    {
        var message = "this is not the service";
        try
        {
            message = JsonElement.Parse(body).GetProperty("error").GetProperty("message").GetString() ?? message;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Somebody else's page.
        }

        return string.Create(CultureInfo.InvariantCulture, $"The service answers {(int)status}: {message}");
    }
}

/// <summary>There is no answer now, and may be one later.</summary>
internal sealed class PassingTroubleException(string message, TimeSpan? retryAfter) : Exception(message)
{
    /// <summary>When the service wants to be asked again; null when it has not said.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
