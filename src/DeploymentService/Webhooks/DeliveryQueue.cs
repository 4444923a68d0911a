using DeploymentService.Storage.Model;

namespace DeploymentService.Webhooks;

/// <summary>
/// What is still to be sent to one webhook, without the bodies. What is about one thing is sent in order: a later message is not before an earlier one has come to its end.
/// Messages about other things go on meanwhile.
/// </summary>
public sealed class DeliveryQueue
{
    private readonly SortedDictionary<long, WebhookDelivery> _pending = [];
    private readonly HashSet<long> _sending = [];
    private readonly HashSet<string> _busy = [];

    /// <summary>How many there are.</summary>
    public int Count => _pending.Count;

    /// <summary>How many are being sent.</summary>
    public int Sending => _sending.Count;

    /// <summary>When that happened which is waiting for longest, UTC; null when nothing is.</summary>
    public DateTime? Oldest => _pending.Count == 0 ? null : _pending.First().Value.EventTime;

    /// <summary>Takes what the database says. What is being sent stays so.</summary>
    public void Load(IEnumerable<WebhookDelivery> pending)
    {
        _pending.Clear();
        Add(pending);
    }

    /// <summary>Adds to it.</summary>
    public void Add(IEnumerable<WebhookDelivery> pending)
    {
        foreach (var delivery in pending)
        {
            _pending[delivery.Number] = delivery;
        }
    }

    /// <summary>Takes what may be sent now.</summary>
    /// <param name="now">Now, UTC.</param>
    /// <param name="most">How many may be sent at once.</param>
    public IReadOnlyList<WebhookDelivery> TakeDue(DateTime now, int most)
    {
        if (_sending.Count >= most || _pending.Count == 0)
        {
            return [];
        }

        var due = new List<WebhookDelivery>();
        _busy.Clear();
        // What a person waits for comes first.
        foreach (var delivery in _pending.Values.Where(IsForPerson).Concat(_pending.Values.Where(delivery => !IsForPerson(delivery))))
        {
            if (_sending.Count >= most)
            {
                break;
            }

            // What people want again is not held up by its past, and holds up nothing.
            var isNext = delivery.SubjectId.Length == 0 || delivery.Redeliveries > 0 || _busy.Add(delivery.SubjectId);
            if (isNext && !(delivery.NextTime > now) && _sending.Add(delivery.Number))
            {
                due.Add(delivery);
            }
        }

        return due;
    }

    /// <summary>Says that one is no longer being sent, and was not.</summary>
    public void Return(long number) => _sending.Remove(number);

    /// <summary>Puts one into its place as it has become: out of here, where it has come to its end.</summary>
    public void Put(WebhookDelivery delivery)
    {
        _sending.Remove(delivery.Number);
        if (delivery.State == DeliveryState.Pending)
        {
            _pending[delivery.Number] = delivery;
        }
        else
        {
            _pending.Remove(delivery.Number);
        }
    }

    /// <summary>Lets all be sent now: the receiver is back.</summary>
    public void MakeDue(DateTime now)
    {
        foreach (var delivery in _pending.Values.Where(delivery => delivery.NextTime > now).ToList())
        {
            _pending[delivery.Number] = delivery with { NextTime = now };
        }
    }

    private static bool IsForPerson(WebhookDelivery delivery) => delivery.Redeliveries > 0 || delivery.Type == WebhookTypes.Ping;
}
