using DeploymentService.Quotas;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Webhooks;

/// <summary>The queries of the webhooks.</summary>
internal static class WebhookQueries
{
    private const string Columns = """
        w.project_id, w.id, w.name, w.url, w.events, w.config_name, w.server_id, w.status, w.enabled, w.disabled_reason, w.secret, w.previous_secret, w.previous_until,
        w.creation_time, w.updated_time, w.created_by, w.position, w.lease_owner, w.lease_until, w.failing_since, w.last_time, w.last_status, w.last_error
        """;

    private const string DeliveryColumns = """
        d.project_id, d.webhook_id, d.number, d.type, d.subject_id, d.state, d.redeliveries, d.attempts, d.event_time, d.queued_time, d.next_time, d.attempt_time,
        d.answer_status, d.duration_milliseconds, d.error
        """;

    private const string FindText = $"SELECT {Columns} FROM webhooks AS w WHERE w.project_id = $1 AND w.id = $2";

    private const string OfProjectText = $"SELECT {Columns} FROM webhooks AS w WHERE w.project_id = $1 ORDER BY w.creation_time, w.id";

    private const string EnabledText = $"SELECT {Columns} FROM webhooks AS w WHERE w.enabled";

    private const string CountText = "SELECT count(*) FROM webhooks WHERE project_id = $1";

    private const string PendingText = $"""
        SELECT {DeliveryColumns} FROM webhook_deliveries AS d WHERE d.project_id = $1 AND d.webhook_id = $2 AND d.state = 0 ORDER BY d.number
        """;

    private const string StandingText = """
        SELECT webhook_id, count(*), min(event_time) FROM webhook_deliveries WHERE project_id = $1 AND state = 0 GROUP BY webhook_id
        """;

    private const string BodyText = """
        SELECT d.body FROM webhook_deliveries AS d JOIN webhooks AS w ON w.project_id = d.project_id AND w.id = d.webhook_id
        WHERE d.project_id = $1 AND d.webhook_id = $2 AND d.number = $3 AND w.enabled AND w.lease_owner = $4
        """;

    private const string DeliveriesText = $"""
        SELECT {DeliveryColumns} FROM webhook_deliveries AS d WHERE d.project_id = $1 AND d.webhook_id = $2 AND d.number < $3 ORDER BY d.number DESC
        """;

    private const string EventsText = $"""
        SELECT {DeploymentColumns.WithoutValues}, {EventColumns.All}, c.name FROM deployment_events AS e
        LEFT JOIN software_deployments AS d ON e.subject IS NULL AND d.project_id = e.project_id AND d.id = e.deployment_id
        LEFT JOIN software_configs AS c ON c.project_id = d.project_id AND c.id = d.config_id
        WHERE e.project_id = $1 AND e.sequence > $2 ORDER BY e.sequence
        """;

    /// <summary>A webhook.</summary>
    public static Query<(string ProjectId, string Id), Webhook> Find { get; } =
        new(FindText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Id), Read);

    /// <summary>The webhooks of a project, oldest first.</summary>
    public static Query<string, Webhook> OfProject { get; } = new(OfProjectText, static (parameters, project) => parameters.Add(project), Read);

    /// <summary>The webhooks of all projects that are on.</summary>
    public static Query<int, Webhook> Enabled { get; } = new(EnabledText, static (_, _) => { }, Read);

    /// <summary>How many webhooks a project has.</summary>
    public static CountedRows Count { get; } = CountedRows.Of(QuotaKind.Webhooks, CountText);

    /// <summary>What is still to be sent to a webhook, in order, without the bodies.</summary>
    public static Query<(string ProjectId, string Id), WebhookDelivery> Pending { get; } =
        new(PendingText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Id), ReadDelivery);

    /// <summary>How much is still to be sent to each webhook of a project.</summary>
    public static Query<string, WebhookStanding> Standing { get; } = new(
        StandingText, static (parameters, project) => parameters.Add(project), static row => new(row.Text(0), row.Integer(1), row.Time(2)));

    /// <summary>The body of a delivery; none when the webhook is off by now, or another's.</summary>
    public static Query<(WebhookKey Key, long Number), byte[]> Body { get; } = new(
        BodyText, static (parameters, wish) => parameters.Add(wish.Key.ProjectId).Add(wish.Key.Id).Add(wish.Number).Add(wish.Key.Owner), static row => row.Bytes(0));

    /// <summary>The deliveries of a webhook before one, newest first, without the bodies.</summary>
    public static Query<(string ProjectId, string Id, long Before), WebhookDelivery> Deliveries { get; } =
        new(DeliveriesText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Id).Add(key.Before), ReadDelivery);

    /// <summary>The events of a project behind one, with the deployments as they are by now.</summary>
    public static Query<(string ProjectId, long After), CommittedEvent> Events { get; } = new(
        EventsText,
        static (parameters, key) => parameters.Add(key.ProjectId).Add(key.After),
        static row => new(EventColumns.Read(row, DeploymentColumns.Count), row.IsNull(0) ? null : DeploymentColumns.Read(row))
        {
            ConfigName = row.TextOrNull(DeploymentColumns.Count + EventColumns.Count),
            IsFromDatabase = true,
        });

    private static Webhook Read(IRow row) => new()
    {
        ProjectId = row.Text(0),
        Id = row.Text(1),
        Name = row.Text(2),
        Url = row.Text(3),
        Events = row.TextOrNull(4),
        ConfigName = row.TextOrNull(5),
        ServerId = row.TextOrNull(6),
        Status = row.TextOrNull(7),
        Enabled = row.Flag(8),
        DisabledReason = row.TextOrNull(9),
        Secret = row.Bytes(10),
        PreviousSecret = row.IsNull(11) ? null : row.Bytes(11),
        PreviousUntil = row.TimeOrNull(12),
        CreationTime = row.Time(13),
        UpdatedTime = row.TimeOrNull(14),
        CreatedBy = row.TextOrNull(15),
        Position = row.Integer(16),
        LeaseOwner = row.TextOrNull(17),
        LeaseUntil = row.TimeOrNull(18),
        FailingSince = row.TimeOrNull(19),
        LastTime = row.TimeOrNull(20),
        LastStatus = row.IntegerOrNull(21),
        LastError = row.TextOrNull(22),
    };

    private static WebhookDelivery ReadDelivery(IRow row) => new()
    {
        ProjectId = row.Text(0),
        WebhookId = row.Text(1),
        Number = row.Integer(2),
        Type = row.Text(3),
        SubjectId = row.Text(4),
        Body = [],
        State = (DeliveryState)row.Integer(5),
        Redeliveries = row.Integer(6),
        Attempts = row.Integer(7),
        EventTime = row.Time(8),
        QueuedTime = row.Time(9),
        NextTime = row.TimeOrNull(10),
        AttemptTime = row.TimeOrNull(11),
        AnswerStatus = row.IntegerOrNull(12),
        DurationMilliseconds = row.IntegerOrNull(13),
        Error = row.TextOrNull(14),
    };
}

/// <summary>How much is still to be sent to a webhook.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Pending">How many deliveries.</param>
/// <param name="Oldest">When the first of them happened, UTC.</param>
internal sealed record WebhookStanding(string WebhookId, long Pending, DateTime Oldest);
