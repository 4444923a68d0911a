using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Http;
using DeploymentService.Secrets;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Webhooks;

/// <summary>
/// Makes the messages of webhooks: what happened as in the history, and the deployment as a reader sees it, without values. A message is made once and kept: at every attempt
/// the same bytes are sent.
/// </summary>
public sealed class WebhookMessages(WireJson json, Redaction redaction)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What a webhook says of an event; null when it does not tell it.</summary>
    /// <param name="webhook">The webhook.</param>
    /// <param name="committed">The event.</param>
    /// <param name="now">Now, UTC.</param>
    internal WebhookDelivery? Of(Webhook webhook, in CommittedEvent committed, DateTime now)
    {
        var evt = committed.Event;
        if (WebhookTypes.Of(evt) is not { } type || !WebhookTypes.IsWanted(webhook.Events, type)
            || (webhook.ServerId is not null && evt.ServerId != webhook.ServerId)
            || (webhook.Status is not null && (evt.Subject is not null || evt.StatusTo != webhook.Status))
            || (webhook.ConfigName is not null && committed.ConfigName != webhook.ConfigName))
        {
            return null;
        }

        var (deployment, configName) = (committed.Deployment, committed.ConfigName);
        return Make(webhook, evt.Sequence, type, evt.Time, now, writer =>
        {
            writer.WritePropertyName("event");
            if (evt.Subject is null)
            {
                var view = EventView.Of(evt);
                json.Write(writer, view with { Reason = redaction.ShortReasonOf(view.Reason) });
                writer.WritePropertyName("deployment");
                if (deployment is null)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    json.Write(writer, ViewOf(deployment, configName));
                }
            }
            else
            {
                var view = SubjectEventView.Of(evt);
                json.Write(writer, view with { Reason = redaction.ShortReasonOf(view.Reason) });
            }
        }) with
        {
            SubjectId = evt.Subject is EventSubject.Server ? evt.ServerId : evt.DeploymentId,
        };
    }

    /// <summary>A message that says nothing.</summary>
    internal WebhookDelivery Ping(Webhook webhook, long number, DateTime now) => Make(webhook, number, WebhookTypes.Ping, now, now, writer => writer.WriteString("webhook", webhook.Name));

    /// <summary>A message that says which events are missing for good.</summary>
    internal WebhookDelivery Gap(Webhook webhook, long from, long to, DateTime now) => Make(webhook, to, WebhookTypes.Gap, now, now, writer =>
    {
        writer.WriteNumber("from", from);
        writer.WriteNumber("to", to);
    });

    /// <summary>The id of a delivery, as in <c>webhook-id</c>: the same over attempts, restarts and replicas.</summary>
    internal static string IdOf(string webhookId, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"msg_{webhookId.Replace("-", "", StringComparison.Ordinal)}_{number}");

    /// <summary>The number of a delivery of a webhook by its id; null when it is none.</summary>
    internal static long? NumberOf(string webhookId, string deliveryId) =>
        long.TryParse(deliveryId.AsSpan(deliveryId.LastIndexOf('_') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && IdOf(webhookId, number) == deliveryId ? number : null;

    private DeploymentView ViewOf(SoftwareDeployment deployment, string? configName) =>
        DeploymentView.Of(deployment with { InputValues = null, OutputValues = null }).WithShortReason() with
        {
            StatusReason = redaction.ShortReasonOf(DeploymentView.ShortReason(deployment.StatusReason)),
            ConfigName = configName,
            Execution = deployment.Execution,
            StartedTime = deployment.StartedTime,
            EndedTime = deployment.EndedTime,
            RolloutId = deployment.RolloutId,
        };

    private WebhookDelivery Make(Webhook webhook, long number, string type, DateTime time, DateTime now, Action<Utf8JsonWriter> writeData)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(body, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WritePropertyName("timestamp");
            json.Write(writer, time);
            writer.WriteStartObject("data");
            writer.WriteString("project_id", webhook.ProjectId);
            writeData(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return new()
        {
            ProjectId = webhook.ProjectId,
            WebhookId = webhook.Id,
            Number = number,
            Type = type,
            SubjectId = "",
            Body = body.WrittenSpan.ToArray(),
            EventTime = time,
            QueuedTime = now,
            NextTime = now,
        };
    }
}
