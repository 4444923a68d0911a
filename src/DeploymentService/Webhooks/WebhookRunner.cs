using System.Threading.Channels;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Webhooks;

/// <summary>
/// Delivers for one webhook while this process has it: takes from the log what the webhook wants, sends what is due, and puts down what became of it. What is true is in the rows;
/// whenever something goes wrong, or people have changed something, it begins again with them.
/// </summary>
internal sealed partial class WebhookRunner(WebhookKey key, WebhookParts parts, EventLog log, WebhookMetrics metrics, Signal news)
{
    // Beyond that the log keeps what comes: a receiver that is away for a day does not fill the table.
    private const int MostPending = 1000;

    private const int TrimEvery = 100;

    // Of real time, as everything here but the question whether a delivery is due.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    // So often the log is looked at while nothing is heard of the project.
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(10);

    // A receiver that was away for longer gets what waits as soon as it is back.
    private static readonly TimeSpan Away = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    private readonly WebhookTail _tail = new(key, parts);
    private readonly DeliveryQueue _queue = new();
    private readonly DeliveryPace _pace = new();
    private readonly Channel<(WebhookDelivery Delivery, AttemptOutcome? Outcome)> _ended = Channel.CreateUnbounded<(WebhookDelivery, AttemptOutcome?)>();
    private readonly List<(WebhookDelivery Delivery, AttemptOutcome Outcome)> _results = [];
    private readonly Signal _changed = new();
    private volatile bool _isStale = true;
    private volatile bool _hasFailed;
    private Webhook? _row;
    private int _untilTrim;
    private bool _isSaid;

    // In ticks, for another thread.
    private long _oldest;

    /// <summary>The webhook.</summary>
    public WebhookKey Key => key;

    /// <summary>When that happened which waits for longest, UTC; null when nothing waits.</summary>
    public DateTime? Oldest => Volatile.Read(ref _oldest) is > 0 and var ticks ? new(ticks, DateTimeKind.Utc) : null;

    /// <summary>Looks at the rows again.</summary>
    public void Reload()
    {
        _isStale = true;
        _changed.Pulse();
    }

    /// <summary>Delivers until the webhook is gone, off or another's, or the service stops.</summary>
    /// <param name="stopping">The service stops: nothing more is begun.</param>
    /// <param name="aborting">What is being sent is not waited for any longer.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborting)
    {
        while (!stopping.IsCancellationRequested)
        {
            var (next, changed) = (news.Next, _changed.Next);
            try
            {
                Collect();
                await RecordAsync();
                if (_isStale && !await LoadAsync())
                {
                    break;
                }

                await ReadLogAsync();
                SendDue(aborting);
                Volatile.Write(ref _oldest, _queue.Oldest?.Ticks ?? 0);
                _hasFailed = false;
                await WaitAsync(next, changed, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                Note(exception);
                _isStale = true;
                await Task.Delay(Tick, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await EndAsync();
        Volatile.Write(ref _oldest, 0);
    }

    /// <summary>Reads the rows; false when there is nothing to do here any more.</summary>
    private async Task<bool> LoadAsync()
    {
        _isStale = false;
        var before = _row;
        _row = await parts.Reader.FirstAsync(WebhookQueries.Find, (key.ProjectId, key.Id));
        if (_row is not { Enabled: true } || _row.LeaseOwner != key.Owner)
        {
            return false;
        }

        _tail.Load(_row, isChanged: before is not null && before.UpdatedTime != _row.UpdatedTime);
        _pace.Resume();
        _queue.Load(await parts.Reader.ListAsync(WebhookQueries.Pending, (key.ProjectId, key.Id)));
        return true;
    }

    /// <summary>Takes what is new in the log, unless enough waits.</summary>
    private async Task ReadLogAsync()
    {
        if (IsFull)
        {
            return;
        }

        if (await _tail.ReadAsync(_row!) is { } found)
        {
            _queue.Add(found);
        }
        else
        {
            _isStale = true;
        }
    }

    private void SendDue(CancellationToken aborting)
    {
        foreach (var delivery in _queue.TakeDue(Now(), _pace.Most(_row!, Now())))
        {
            _ = SendAsync(delivery, aborting);
        }
    }

    private async Task SendAsync(WebhookDelivery delivery, CancellationToken aborting)
    {
        AttemptOutcome? outcome = null;
        try
        {
            // The project's first: who waits for that has none of all.
            using var ofProject = await Slot.TakeAsync(parts.SlotsOf(key.ProjectId), aborting);
            using var ofAll = await Slot.TakeAsync(parts.Slots, aborting);
            // To where it is by now: it may have been changed while this waited for its place.
            if (await parts.Reader.FirstAsync(WebhookQueries.Body, (key, delivery.Number)) is { } body && _row is { } webhook)
            {
                outcome = await parts.Sender.SendAsync(webhook, WebhookMessages.IdOf(key.Id, delivery.Number), body, Now(), aborting);
            }
        }
        catch (Exception exception)
        {
            // Where it was ended, nobody knows what became of it: it is sent again.
            Note(exception, isKnown: aborting.IsCancellationRequested);
        }

        _ended.Writer.TryWrite((delivery, outcome));
    }

    /// <summary>Takes what has been sent.</summary>
    private void Collect()
    {
        while (_ended.Reader.TryRead(out var ended))
        {
            if (ended.Outcome is not null)
            {
                _results.Add((ended.Delivery, ended.Outcome));
                continue;
            }

            // Not sent: the database did not answer, the row is gone, or the webhook is off or another's.
            _queue.Return(ended.Delivery.Number);
            _isStale = true;
        }
    }

    /// <summary>Puts down what became of what was sent. Until that has succeeded it stays here, so that nothing is sent twice.</summary>
    private async Task RecordAsync()
    {
        if (_results.Count == 0 || _row is null)
        {
            return;
        }

        var (webhook, deliveries) = (_row, new List<WebhookDelivery>(_results.Count));
        foreach (var (delivery, outcome) in _results)
        {
            deliveries.Add(outcome.Apply(delivery));
            webhook = outcome.Apply(webhook);
        }

        // The first attempt trims, too: many a process does not live for so many.
        var isTrimmed = (_untilTrim -= deliveries.Count) <= 0;
        _untilTrim = isTrimmed ? TrimEvery : _untilTrim;
        var isKept = await parts.Writer.WriteAsync(new RecordAttempts(key, webhook, deliveries, isTrimmed));
        foreach (var ((_, outcome), delivery) in _results.Zip(deliveries))
        {
            metrics.Record(outcome, delivery.State);
        }

        deliveries.ForEach(_queue.Put);
        if (webhook.FailingSince is null && _row.FailingSince < Now() - Away)
        {
            _queue.MakeDue(Now());
        }

        var (isGone, last) = (_results.Exists(result => result.Outcome.IsGone), _results[^1].Outcome);
        _pace.Hear(webhook, last);
        _results.Clear();
        _row = webhook;
        if (isKept)
        {
            SayIfFailing(webhook, last);
            await DisableIfHopelessAsync(webhook, last, isGone);
            return;
        }

        _isStale = true;
    }

    /// <summary>Says it once, where it is more than a moment.</summary>
    private void SayIfFailing(Webhook webhook, AttemptOutcome last)
    {
        var isFailing = webhook.LastTime - webhook.FailingSince > Moment;
        if (isFailing && !_isSaid)
        {
            Log.Fails(parts.Logger, key.Id, last.ErrorKind!);
        }

        _isSaid = isFailing;
    }

    private async Task DisableIfHopelessAsync(Webhook webhook, AttemptOutcome last, bool isGone)
    {
        var reason = RetrySchedule.TurnOffReason(webhook.FailingSince, isGone, last.ErrorKind, Now());
        if (reason is not null && await parts.Writer.WriteAsync(new DisableWebhook(log, key, reason)))
        {
            Log.TurnedOff(parts.Logger, key.Id, reason);
            _isStale = true;
        }
    }

    /// <summary>Waits until something is to be done.</summary>
    private async Task WaitAsync(Task next, Task changed, CancellationToken stopping)
    {
        if (_isStale)
        {
            return;
        }

        var isMore = _tail.HasMore && !IsFull;
        var rest = isMore ? WebhookTail.Rest : _queue.Count > 0 ? Tick : LongestRest;
        using var waited = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var delay = Task.Delay(rest, waited.Token);
        // A log that is not read now, because it has more or enough waits, has no news.
        await Task.WhenAny(isMore || IsFull ? delay : next, changed, _ended.Reader.WaitToReadAsync(waited.Token).AsTask(), delay);
        await waited.CancelAsync();
        stopping.ThrowIfCancellationRequested();
    }

    /// <summary>Waits for what is being sent, and puts it down as far as that can be.</summary>
    private async Task EndAsync()
    {
        try
        {
            while (_queue.Sending > _results.Count && await _ended.Reader.WaitToReadAsync())
            {
                Collect();
            }

            await RecordAsync();
        }
        catch (Exception exception)
        {
            Note(exception);
        }
    }

    /// <summary>Says it once, until something succeeds.</summary>
    private void Note(Exception exception, bool isKnown = false)
    {
        if (!_hasFailed && !isKnown)
        {
            _hasFailed = true;
            Log.Failed(parts.Logger, key.Id, exception);
        }
    }

    private bool IsFull => _queue.Count >= MostPending;

    private DateTime Now() => parts.Time.GetUtcNow().UtcDateTime;
}
