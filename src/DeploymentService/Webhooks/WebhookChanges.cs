using DeploymentService.Auth;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Webhooks;

/// <summary>What a person does with a webhook. It says so in the log, by which whoever delivers hears of it.</summary>
/// <param name="log">Is told of it.</param>
/// <param name="actor">Who does it.</param>
internal abstract class WebhookChange<TResult>(EventLog log, Actor actor) : LoggedChange<TResult>(log)
{
    internal override bool UsesModel => true;

    /// <summary>The webhook; null when the project has none with that id.</summary>
    protected static Webhook? Find(IWriteTransaction rows, (string ProjectId, string Id) key) =>
        rows.Model.Webhooks.AsNoTracking().FirstOrDefault(row => row.ProjectId == key.ProjectId && row.Id == key.Id);

    /// <summary>Saves what became of a row.</summary>
    protected static void Save(IWriteTransaction rows, object row)
    {
        rows.Model.Update(row);
        rows.Model.SaveChanges();
        rows.Model.ChangeTracker.Clear();
    }

    /// <summary>Appends an event; it with its number.</summary>
    protected DeploymentEvent Append(IWriteTransaction rows, Webhook webhook, string kind, string reason)
    {
        var evt = rows.Append(actor.EventOf(webhook.ProjectId, EventSubject.Webhook, webhook.Id, kind, rows.Now) with { Reason = DeploymentEvent.Shorten(reason) });
        Append(new CommittedEvent(evt, null));
        return evt;
    }
}

/// <summary>Stores a new webhook, which is told of everything behind its creation.</summary>
internal sealed class InsertWebhook(EventLog log, Actor actor, Webhook webhook) : WebhookChange<Webhook>(log, actor)
{
    protected override Webhook Run(IWriteTransaction rows)
    {
        var evt = Append(rows, webhook, WebhookEvents.Created, $"The webhook '{webhook.Name}' was created");
        var created = webhook with { CreationTime = rows.Now, Position = evt.Sequence };
        rows.Model.Add(created);
        rows.Model.SaveChanges();
        return created;
    }
}

/// <summary>Changes a webhook; as it is then, or null where there is none.</summary>
internal sealed class ChangeWebhook(EventLog log, Actor actor, (string ProjectId, string Id) key, UpdateWebhook body) : WebhookChange<Webhook?>(log, actor)
{
    protected override Webhook? Run(IWriteTransaction rows)
    {
        if (Find(rows, key) is not { } current)
        {
            return null;
        }

        var changed = current with
        {
            Name = body.Name ?? current.Name,
            Url = body.Url ?? current.Url,
            Events = body.Events is null ? current.Events : WebhookStore.Join(body.Events),
            Enabled = body.Enabled ?? current.Enabled,
            UpdatedTime = rows.Now,
        };
        if (body.Filters is { } filters)
        {
            changed = changed with { ConfigName = filters.ConfigName, ServerId = filters.ServerId, Status = filters.Status };
        }

        if (changed.Enabled && (!current.Enabled || changed.Url != current.Url))
        {
            // It has its days again, and so has each message that waits; and none waits for what was wrong before.
            changed = changed with { DisabledReason = null, FailingSince = null };
            rows.Model.WebhookDeliveries.Where(row => row.ProjectId == key.ProjectId && row.WebhookId == key.Id && row.State == DeliveryState.Pending)
                .ExecuteUpdate(row => row.SetProperty(delivery => delivery.QueuedTime, rows.Now).SetProperty(delivery => delivery.NextTime, rows.Now));
        }

        Save(rows, changed);
        Append(rows, changed, WebhookEvents.Updated, $"The webhook '{changed.Name}' was {(changed.Enabled == current.Enabled ? "changed" : changed.Enabled ? "turned on" : "turned off")}");
        return changed;
    }
}

/// <summary>Deletes a webhook with its deliveries. False where there is none.</summary>
internal sealed class DeleteWebhook(EventLog log, Actor actor, (string ProjectId, string Id) key) : WebhookChange<bool>(log, actor)
{
    public override SpaceNeed Need => SpaceNeed.None;

    protected override bool Run(IWriteTransaction rows)
    {
        if (Find(rows, key) is not { } webhook)
        {
            return false;
        }

        rows.Model.WebhookDeliveries.Where(row => row.ProjectId == key.ProjectId && row.WebhookId == key.Id).ExecuteDelete();
        rows.Model.Webhooks.Where(row => row.ProjectId == key.ProjectId && row.Id == key.Id).ExecuteDelete();
        Append(rows, webhook, WebhookEvents.Deleted, $"The webhook '{webhook.Name}' was deleted");
        return true;
    }
}

/// <summary>Gives a webhook another key; the one before it signs, too, for a day. The webhook as it is then, or null where there is none.</summary>
internal sealed class RotateSecret(EventLog log, Actor actor, (string ProjectId, string Id) key, byte[] secret) : WebhookChange<Webhook?>(log, actor)
{
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    protected override Webhook? Run(IWriteTransaction rows)
    {
        if (Find(rows, key) is not { } current)
        {
            return null;
        }

        var changed = current with { Secret = secret, PreviousSecret = current.Secret, PreviousUntil = rows.Now + Overlap, UpdatedTime = rows.Now };
        Save(rows, changed);
        Append(rows, changed, WebhookEvents.Rotated, $"The webhook '{changed.Name}' has another secret; the one before it signs, too, for a day");
        return changed;
    }
}

/// <summary>Sends a ping, past everything that waits.</summary>
internal sealed class TestWebhook(EventLog log, Actor actor, (string ProjectId, string Id) key, WebhookMessages messages) : WebhookChange<DeliveryResult>(log, actor)
{
    protected override DeliveryResult Run(IWriteTransaction rows)
    {
        if (Find(rows, key) is not { Enabled: true } webhook)
        {
            return new(Find(rows, key) is null ? DeliveryOutcome.NoWebhook : DeliveryOutcome.IsOff, null);
        }

        if (rows.Model.WebhookDeliveries.AsNoTracking().FirstOrDefault(row => row.ProjectId == key.ProjectId && row.WebhookId == key.Id
            && row.State == DeliveryState.Pending && row.Type == WebhookTypes.Ping) is { } waiting)
        {
            return new(DeliveryOutcome.IsWaiting, waiting);
        }

        var evt = Append(rows, webhook, WebhookEvents.Tested, $"A ping is sent to the webhook '{webhook.Name}'");
        var ping = messages.Ping(webhook, evt.Sequence, rows.Now);
        rows.Model.Add(ping);
        rows.Model.SaveChanges();
        return new(DeliveryOutcome.IsQueued, ping);
    }
}

/// <summary>Sends a delivery again, now; one that waits comes now.</summary>
/// <param name="log">Is told of it.</param>
/// <param name="actor">Who wants it.</param>
/// <param name="key">The webhook.</param>
/// <param name="number">The delivery.</param>
/// <param name="again">True to send also what has arrived.</param>
internal sealed class Redeliver(EventLog log, Actor actor, (string ProjectId, string Id) key, long number, bool again) : WebhookChange<DeliveryResult>(log, actor)
{
    protected override DeliveryResult Run(IWriteTransaction rows)
    {
        if (Find(rows, key) is not { } webhook)
        {
            return new(DeliveryOutcome.NoWebhook, null);
        }

        if (rows.Model.WebhookDeliveries.AsNoTracking().FirstOrDefault(row => row.ProjectId == key.ProjectId && row.WebhookId == key.Id && row.Number == number) is not { } delivery)
        {
            return new(DeliveryOutcome.NoDelivery, null);
        }

        if (!webhook.Enabled || (delivery.State == DeliveryState.Delivered && !again))
        {
            return new(webhook.Enabled ? DeliveryOutcome.IsDelivered : DeliveryOutcome.IsOff, null);
        }

        // One that waits keeps its place in the order of what it is about.
        var queued = delivery with
        {
            State = DeliveryState.Pending,
            NextTime = rows.Now,
            QueuedTime = rows.Now,
            Redeliveries = delivery.State == DeliveryState.Pending ? delivery.Redeliveries : delivery.Redeliveries + 1,
        };
        Save(rows, queued);
        Append(rows, webhook, WebhookEvents.Redelivered, $"A delivery of the webhook '{webhook.Name}' is sent again: {WebhookMessages.IdOf(key.Id, number)}");
        return new(DeliveryOutcome.IsQueued, queued);
    }
}

/// <summary>What became of the wish to send something.</summary>
internal enum DeliveryOutcome
{
    /// <summary>It is sent.</summary>
    IsQueued,

    /// <summary>There is no such webhook.</summary>
    NoWebhook,

    /// <summary>There is no such delivery.</summary>
    NoDelivery,

    /// <summary>The webhook is off.</summary>
    IsOff,

    /// <summary>The ping before it is still to be sent.</summary>
    IsWaiting,

    /// <summary>The receiver has it, and nobody has said that it is to have it again.</summary>
    IsDelivered,
}

/// <summary>What became of the wish to send something.</summary>
/// <param name="Outcome">What.</param>
/// <param name="Delivery">The delivery that is sent, or is still to be; null for none.</param>
internal sealed record DeliveryResult(DeliveryOutcome Outcome, WebhookDelivery? Delivery);
