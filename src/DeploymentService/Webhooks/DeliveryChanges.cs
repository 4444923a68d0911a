using DeploymentService.Auth;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Webhooks;

/// <summary>Takes all webhooks for a process that no other has, and keeps those that it has, for a while; how many those are. However many, it is one statement.</summary>
/// <param name="owner">The process.</param>
/// <param name="life">For how long.</param>
/// <param name="isAlone">True when no other process can have any.</param>
internal sealed class HoldWebhooks(string owner, TimeSpan life, bool isAlone) : Change<int>
{
    protected override int Execute(IWriteTransaction rows) => rows.Execute(WebhookSql.Hold, [(owner, rows.Now + life, isAlone ? DateTime.MaxValue : rows.Now)]);
}

/// <summary>Lets other processes have the webhooks of a process.</summary>
/// <param name="owner">The process.</param>
internal sealed class ReleaseWebhooks(string owner) : Change<int>
{
    protected override int Execute(IWriteTransaction rows) => rows.Execute(WebhookSql.Release, [owner]);
}

/// <summary>Moves a webhook on in the log, with what is to be sent of it. False when the webhook is another's, off, or was moved on already, or has one of them: the rows say what is.</summary>
/// <param name="key">The webhook.</param>
/// <param name="from">Where it was.</param>
/// <param name="to">Where it is.</param>
/// <param name="deliveries">What is to be sent.</param>
internal sealed class EnqueueDeliveries(WebhookKey key, long from, long to, IReadOnlyList<WebhookDelivery> deliveries) : Change<bool>
{
    public override int Size => deliveries.Sum(delivery => delivery.Body.Length);

    protected override bool Execute(IWriteTransaction rows)
    {
        if (rows.Execute(WebhookSql.Advance, [(key, from, to)]) == 0)
        {
            return false;
        }

        return rows.Execute(WebhookSql.Insert, deliveries) == deliveries.Count;
    }
}

/// <summary>Puts down what became of attempts. False when the webhook is another's by now, who sends again, or a person has wanted one of them sent since: the rows say what is.</summary>
/// <param name="key">The webhook.</param>
/// <param name="webhook">How it is behind them.</param>
/// <param name="deliveries">The deliveries as they have become.</param>
/// <param name="isTrimmed">True to remove the oldest from the log of deliveries.</param>
internal sealed class RecordAttempts(WebhookKey key, Webhook webhook, IReadOnlyList<WebhookDelivery> deliveries, bool isTrimmed) : Change<bool>
{
    protected override bool Execute(IWriteTransaction rows)
    {
        if (rows.Execute(WebhookSql.State, [(key, webhook)]) == 0)
        {
            return false;
        }

        var recorded = rows.Execute(WebhookSql.Record, deliveries);
        if (isTrimmed)
        {
            rows.Execute(WebhookSql.Trim, [key]);
        }

        return recorded == deliveries.Count;
    }
}

/// <summary>Turns a webhook off that cannot be delivered to. False when it is another's, or off already.</summary>
/// <param name="log">Is told of it.</param>
/// <param name="key">The webhook.</param>
/// <param name="reason">Why, for people.</param>
internal sealed class DisableWebhook(EventLog log, WebhookKey key, string reason) : LoggedChange<bool>(log)
{
    internal override bool UsesModel => true;

    protected override bool Run(IWriteTransaction rows)
    {
        var found = rows.Model.Webhooks.AsNoTracking().FirstOrDefault(row => row.ProjectId == key.ProjectId && row.Id == key.Id && row.LeaseOwner == key.Owner && row.Enabled);
        if (found is null)
        {
            return false;
        }

        rows.Model.Update(found with { Enabled = false, DisabledReason = reason });
        rows.Model.SaveChanges();
        Append(rows, Actor.Service.EventOf(key.ProjectId, EventSubject.Webhook, key.Id, WebhookEvents.Disabled, rows.Now) with
        {
            Reason = DeploymentEvent.Shorten($"The webhook '{found.Name}' is off: {reason}"),
        });
        return true;
    }
}
