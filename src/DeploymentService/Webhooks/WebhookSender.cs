using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using DeploymentService.Storage.Model;

namespace DeploymentService.Webhooks;

/// <summary>Sends a message once. It follows nothing, and looks at no more of the answer than its status.</summary>
internal sealed class WebhookSender : IDisposable
{
    private const int LongestError = 500;

    private readonly WebhooksOptions _options;
    private readonly HttpClient _client;

    public WebhookSender(ReceiverAddresses addresses, WebhooksOptions options) => (_options, _client) = (options, new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        // A proxy of the environment would be asked to connect to what is checked here.
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = options.ConnectPatience,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 64 * 1024,
        ConnectCallback = addresses.ConnectAsync,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    });

    /// <summary>Sends it.</summary>
    /// <param name="webhook">To whom.</param>
    /// <param name="id">The id of the delivery.</param>
    /// <param name="body">What.</param>
    /// <param name="now">Now, UTC: a receiver refuses what was signed long ago, so each attempt has its own time.</param>
    /// <param name="cancel">Ends the attempt; nobody knows then what became of it.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async Task<AttemptOutcome> SendAsync(Webhook webhook, string id, byte[] body, DateTime now, CancellationToken cancel)
    {
        var begun = Stopwatch.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_options.Patience);
        long? status = null;
        string? error, kind = null;
        try
        {
            using var request = RequestOf(webhook, id, body, now);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            status = (long)response.StatusCode;
            error = response.IsSuccessStatusCode ? null
                : (int)response.StatusCode is >= 300 and < 400 ? $"Answered {status}: redirects are not followed" : $"Answered {status}";
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Which of the two it was that ended it, its own limit says.
            error = limit.IsCancellationRequested
                ? string.Create(CultureInfo.InvariantCulture, $"No answer within {_options.Patience.TotalSeconds} seconds")
                : string.Create(CultureInfo.InvariantCulture, $"No connection within {_options.ConnectPatience.TotalSeconds} seconds");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            kind = $"It could not be sent: {exception.GetBaseException().GetType().Name}";
            error = exception is HttpRequestException ? exception.GetBaseException().Message : kind;
        }

        return new(now, status, Stopwatch.GetElapsedTime(begun), DeploymentEvent.Shorten(error, LongestError), kind ?? error);
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage RequestOf(Webhook webhook, string id, byte[] body, DateTime now)
    {
        var timestamp = new DateTimeOffset(now).ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("User-Agent", "DeploymentService");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Of(webhook, id, timestamp, body, now));
        return request;
    }
}

/// <summary>What became of an attempt.</summary>
/// <param name="Time">When it began, UTC.</param>
/// <param name="Status">The status of the answer; null when there was none.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Error">What was wrong, for the admins of the project: it may name the receiver. Null when nothing was.</param>
/// <param name="ErrorKind">The same for the logs, without any name.</param>
internal sealed record AttemptOutcome(DateTime Time, long? Status, TimeSpan Duration, string? Error, string? ErrorKind)
{
    /// <summary>True when the receiver is gone for good.</summary>
    public bool IsGone => Status == (long)HttpStatusCode.Gone;

    /// <summary>What a delivery becomes by it.</summary>
    public WebhookDelivery Apply(WebhookDelivery delivery)
    {
        var tried = delivery with
        {
            Attempts = delivery.Attempts + 1,
            AttemptTime = Time,
            AnswerStatus = Status,
            DurationMilliseconds = (long)Duration.TotalMilliseconds,
            Error = Error,
            NextTime = null,
        };
        return Error is null ? tried with { State = DeliveryState.Delivered }
            : IsGone || Time - delivery.QueuedTime >= RetrySchedule.GivenUpAfter ? tried with { State = DeliveryState.GivenUp }
            : tried with { NextTime = Time + RetrySchedule.Delay(tried.Attempts, Random.Shared.NextDouble()) };
    }

    /// <summary>What a webhook becomes by it.</summary>
    public Webhook Apply(Webhook webhook) =>
        webhook with { LastTime = Time, LastStatus = Status, LastError = Error, FailingSince = Error is null ? null : FailingSince(webhook) };

    private DateTime FailingSince(Webhook webhook) => webhook.FailingSince is { } since && !(Time - webhook.LastTime > RetrySchedule.LongestGap) ? since : Time;
}
