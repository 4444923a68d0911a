using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Webhooks;

/// <summary>The statements of those who deliver; what people do with webhooks goes by EF Core.</summary>
internal static class WebhookSql
{
    private const string HoldText = """
        UPDATE webhooks SET lease_owner = $1, lease_until = $2
        WHERE enabled AND (lease_owner IS NULL OR lease_owner = $1 OR lease_until IS NULL OR lease_until < $3)
        """;

    private const string ReleaseText = "UPDATE webhooks SET lease_owner = NULL, lease_until = NULL WHERE lease_owner = $1";

    private const string AdvanceText = """
        UPDATE webhooks SET position = $5 WHERE project_id = $1 AND id = $2 AND lease_owner = $3 AND position = $4 AND enabled
        """;

    // Whatever a person has made of it since the attempt began, stays.
    private const string StateText = """
        UPDATE webhooks SET failing_since = CASE WHEN updated_time > $5 THEN failing_since ELSE $4 END, last_time = $5, last_status = $6, last_error = $7
        WHERE project_id = $1 AND id = $2 AND lease_owner = $3
        """;

    // A gap may have the number of a ping whose event was purged.
    private const string InsertText = """
        INSERT INTO webhook_deliveries (project_id, webhook_id, number, type, subject_id, body, state, redeliveries, attempts, event_time, queued_time, next_time)
        VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, $7, $8, $9) ON CONFLICT DO NOTHING
        """;

    // Unless a person has wanted it sent since.
    private const string RecordText = """
        UPDATE webhook_deliveries SET state = $4, attempts = $5, next_time = $6, attempt_time = $7, answer_status = $8, duration_milliseconds = $9, error = $10
        WHERE project_id = $1 AND webhook_id = $2 AND number = $3 AND queued_time = $11
        """;

    // 1,000 that have come to their end are kept.
    private const string TrimText = """
        DELETE FROM webhook_deliveries WHERE project_id = $1 AND webhook_id = $2 AND state <> 0 AND number <=
        (SELECT number FROM webhook_deliveries WHERE project_id = $1 AND webhook_id = $2 AND state <> 0 ORDER BY number DESC LIMIT 1 OFFSET 1000)
        """;

    /// <summary>Takes all webhooks for a process, or keeps them, but those that another has.</summary>
    public static Statement<(string Owner, DateTime Until, DateTime Now)> Hold { get; } = new(HoldText, static (parameters, hold) => parameters
        .Add(hold.Owner).Add(hold.Until).Add(hold.Now));

    /// <summary>Lets other processes have the webhooks of one at once.</summary>
    public static Statement<string> Release { get; } = new(ReleaseText, static (parameters, owner) => parameters.Add(owner));

    /// <summary>Puts down up to which event all is in the deliveries; the first thing of a change, so that otherwise nothing is changed.</summary>
    public static Statement<(WebhookKey Key, long From, long To)> Advance { get; } = new(AdvanceText, static (parameters, step) => parameters
        .Add(step.Key.ProjectId).Add(step.Key.Id).Add(step.Key.Owner).Add(step.From).Add(step.To));

    /// <summary>Puts down how the webhook is.</summary>
    public static Statement<(WebhookKey Key, Webhook Row)> State { get; } = new(StateText, static (parameters, state) => parameters
        .Add(state.Key.ProjectId).Add(state.Key.Id).Add(state.Key.Owner).Add(state.Row.FailingSince).Add(state.Row.LastTime).Add(state.Row.LastStatus).Add(state.Row.LastError));

    /// <summary>Adds what is to be sent.</summary>
    public static Statement<WebhookDelivery> Insert { get; } = new(InsertText, static (parameters, row) => parameters
        .Add(row.ProjectId).Add(row.WebhookId).Add(row.Number).Add(row.Type).Add(row.SubjectId).Add(row.Body).Add(row.EventTime).Add(row.QueuedTime).Add(row.NextTime));

    /// <summary>Puts down what became of an attempt.</summary>
    public static Statement<WebhookDelivery> Record { get; } = new(RecordText, static (parameters, row) => parameters
        .Add(row.ProjectId).Add(row.WebhookId).Add(row.Number).Add((long)row.State).Add(row.Attempts).Add(row.NextTime).Add(row.AttemptTime).Add(row.AnswerStatus)
        .Add(row.DurationMilliseconds).Add(row.Error).Add(row.QueuedTime));

    /// <summary>Removes the oldest deliveries that have come to their end, beyond those that are kept.</summary>
    public static Statement<WebhookKey> Trim { get; } = new(TrimText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Id));
}

/// <summary>A webhook, as the process has it that delivers.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Id">The webhook.</param>
/// <param name="Owner">The process.</param>
internal readonly record struct WebhookKey(string ProjectId, string Id, string Owner);
