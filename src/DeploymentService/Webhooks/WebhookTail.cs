using System.Diagnostics;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Webhooks;

/// <summary>How far a webhook has come in the log, and what there is for it behind that. Whatever is found is stored, with the place, before it is sent.</summary>
internal sealed partial class WebhookTail(WebhookKey key, WebhookParts parts)
{
    private const int EventsAtOnce = 250;

    // So often the place is stored while there is nothing for the webhook: what is purged before it is not missing then.
    private static readonly TimeSpan StoreInterval = TimeSpan.FromMinutes(10);

    private long _position;
    private long _stored;
    private long _storedAt;
    private long _readAt;
    private bool _isDue;

    /// <summary>So long it rests between two reads, so that a busy log is read in pages and not event by event.</summary>
    public static TimeSpan Rest { get; } = TimeSpan.FromMilliseconds(50);

    /// <summary>True when there is more to read than was, as far as that is known.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Begins where the row says, or where it has come since.</summary>
    /// <param name="row">The row.</param>
    /// <param name="isChanged">True when people have changed it: then the place is stored soon, so that what was left out of before is not looked at again, by other filters.</param>
    public void Load(Webhook row, bool isChanged)
    {
        (_position, _stored, _storedAt) = (Math.Max(row.Position, _position), row.Position, Stopwatch.GetTimestamp());
        _isDue |= isChanged;
    }

    /// <summary>Takes what is new; null when the webhook is no longer as it is believed to be.</summary>
    public async Task<IReadOnlyList<WebhookDelivery>?> ReadAsync(Webhook row)
    {
        if (Stopwatch.GetElapsedTime(_readAt) < Rest)
        {
            HasMore = true;
            return [];
        }

        // Before the events are read, so that none of those up to it is missed; and the first after that, so that none can have been purged before.
        var last = (await parts.Reader.ListAsync(LogQueries.Last, 0))[0];
        var found = await parts.Reader.ListAsync(WebhookQueries.Events, (key.ProjectId, _position), EventsAtOnce);
        var first = (await parts.Reader.ListAsync(LogQueries.First, 0))[0];
        first = found.Count > 0 ? Math.Min(first, found[0].Event.Sequence) : first;
        _readAt = Stopwatch.GetTimestamp();
        HasMore = found.Count == EventsAtOnce;
        var to = Math.Max(_position, found.Count > 0 ? found[^1].Event.Sequence : 0);
        return await MoveAsync(HasMore ? to : Math.Max(to, last), Wanted(row, found, first));
    }

    private List<WebhookDelivery> Wanted(Webhook row, List<CommittedEvent> found, long first)
    {
        var (now, wanted) = (parts.Time.GetUtcNow().UtcDateTime, new List<WebhookDelivery>());
        if (first > _position + 1)
        {
            wanted.Add(parts.Messages.Gap(row, _position + 1, first - 1, now));
            Log.Purged(parts.Logger, key.Id, _position + 1, first - 1);
        }

        foreach (var committed in found)
        {
            if (parts.Messages.Of(row, committed, now) is { } delivery)
            {
                wanted.Add(delivery);
            }
        }

        return wanted;
    }

    private async Task<IReadOnlyList<WebhookDelivery>?> MoveAsync(long to, List<WebhookDelivery> wanted)
    {
        if (wanted.Count == 0 && (to == _stored || (!_isDue && Stopwatch.GetElapsedTime(_storedAt) < StoreInterval)))
        {
            _position = to;
            return [];
        }

        if (!await parts.Writer.WriteAsync(new EnqueueDeliveries(key, _stored, to, wanted)))
        {
            return null;
        }

        (_position, _stored, _storedAt, _isDue) = (to, to, Stopwatch.GetTimestamp(), false);
        return wanted.ConvertAll(delivery => delivery with { Body = [] });
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Webhook {WebhookId}: the events {From} to {To} of the log were purged before they could be delivered; its receiver is told so")]
        public static partial void Purged(ILogger logger, string webhookId, long from, long to);
    }
}
