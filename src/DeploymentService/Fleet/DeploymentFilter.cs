using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Secrets;
using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>Which deployments are asked for: all that fit every part that is there. Two filters that ask for the same are equal.</summary>
[ReadsFilters]
[ReadsParts]
public sealed record DeploymentFilter
{
    /// <summary>Every deployment.</summary>
    public static DeploymentFilter None { get; } = new();

    /// <summary>Those of this server.</summary>
    public string? ServerId { get; init; }

    /// <summary>Those of servers with this text in their id, in upper or lower case.</summary>
    public string? ServerPart { get; init; }

    /// <summary>Those of this config.</summary>
    public string? ConfigId { get; init; }

    /// <summary>Those of configs with this name.</summary>
    public string? Name { get; init; }

    /// <summary>Those of configs with this text in their name, in upper or lower case.</summary>
    public string? NamePart { get; init; }

    /// <summary>Those in one of these statuses.</summary>
    public Statuses Status { get; init; } = Statuses.All;

    /// <summary>Those with this action.</summary>
    public string? Action { get; init; }

    /// <summary>Those with this text in their action, in upper or lower case.</summary>
    public string? ActionPart { get; init; }

    /// <summary>Those whose reason means the same as one that has this pattern.</summary>
    public ReasonPattern? Reason { get; init; }

    /// <summary>The text that <see cref="Reason"/> was read from: it may be a group's key, which is a pattern already and is then taken literally.</summary>
    public string? ReasonKey { get; init; }

    /// <summary>Those that were created or updated then or later, UTC.</summary>
    public DateTime? ChangedSince { get; init; }

    /// <summary>Those that were created or last updated before then, UTC.</summary>
    public DateTime? ChangedBefore { get; init; }

    /// <summary>Those that have this text in their reason, their own id, that of their server, or the name of their config, in upper or lower case.</summary>
    public string? Text { get; init; }

    /// <summary>True when <see cref="Text"/> is looked for in the ids of servers alone, which no report changes.</summary>
    public bool IsOfServersAlone { get; init; }

    /// <summary>What keeps secrets from whoever asks, so that no guess finds one by <see cref="Text"/> or <see cref="Reason"/>; null for those who see them.</summary>
    public Redaction? Redaction { get; init; }

    /// <summary>Those that are overdue, or those that are not.</summary>
    public bool? Overdue { get; init; }

    /// <summary>Those whose execution this rollout has begun.</summary>
    public string? RolloutId { get; init; }

    /// <summary>Reads a query that has filters alone.</summary>
    /// <exception cref="FaultException">400: it names everything that does not fit.</exception>
    public static ValueTask<DeploymentFilter> BindAsync(HttpContext http)
    {
        var query = new QueryFields(http);
        var filter = Read(http, query);
        query.ThrowIfInvalid();
        return ValueTask.FromResult(filter);
    }

    /// <summary>Reads the filters of a query. An empty one filters nothing.</summary>
    public static DeploymentFilter Read(HttpContext http, QueryFields query) => new()
    {
        ServerId = query.Text("server_id"),
        ServerPart = query.Text("server_id~"),
        ConfigId = query.Text("config_id"),
        Name = query.Text("name"),
        NamePart = query.Text("name~"),
        Status = ReadStatus(query),
        Action = query.Text("action"),
        ActionPart = query.Text("action~"),
        Reason = query.Text("reason") is { } reason ? ReasonPattern.Of(reason) : null,
        ReasonKey = query.Text("reason"),
        ChangedSince = query.Time("changed_since"),
        ChangedBefore = query.Time("changed_before"),
        Text = query.Text("q"),
        Overdue = query.Flag("overdue"),
        RolloutId = query.Text("rollout_id"),
        Redaction = Caller.OfOrNull(http) is { SeesSecrets: false } ? http.RequestServices.GetRequiredService<Redaction>() : null,
    };

    /// <summary>True of a deployment that is asked for.</summary>
    public bool Matches(FleetEntry entry) =>
        FitsItself(entry) && Fits(entry.Server) && Fits(entry.Config) && Fits(entry.Action)
        && (Text is null || Has(entry.Server.Id) || (!IsOfServersAlone && (Has(entry.Config.Name) || HasText(entry.Reason) || new IdPart(Text).IsIn(entry.Id))));

    /// <summary>True of a deployment that fits as far as it is alone in that: by its status, its times, and what its reason means.</summary>
    internal bool FitsItself(FleetEntry entry) =>
        (Status == Statuses.All || Status.HasFlag(Of(entry.Status)))
        && (ChangedSince is null || entry.ChangedTime >= ChangedSince)
        && (ChangedBefore is null || entry.ChangedTime < ChangedBefore)
        && (Overdue is null || entry.IsOverdue == Overdue)
        && (RolloutId is null || entry.RolloutId == RolloutId)
        && (Reason is null || MeansTheSame(entry.Reason));

    /// <summary>True of a server whose deployments are asked for.</summary>
    internal bool Fits(FleetServer server) => (ServerId is null || server.Id == ServerId) && (ServerPart is null || Has(server.Id, ServerPart));

    /// <summary>True of a config whose deployments are asked for.</summary>
    internal bool Fits(FleetConfig config) =>
        (ConfigId is null || config.Id == ConfigId) && (Name is null || config.Name == Name) && (NamePart is null || Has(config.Name, NamePart));

    /// <summary>True of an action whose deployments are asked for.</summary>
    internal bool Fits(FleetWord? action) => (Action is null || action?.Text == Action) && (ActionPart is null || Has(action?.Text, ActionPart));

    /// <summary>True when <see cref="Text"/> is in a text.</summary>
    internal bool Has(string? text) => Has(text, Text!);

    /// <summary>True when <see cref="Text"/> is in what may be seen of a reason.</summary>
    internal bool HasText(FleetReason? reason) => reason is not null && Has(reason.TextFor(Redaction));

    /// <summary>The marks that a deployment can have that is asked for.</summary>
    internal IEnumerable<FleetMark> Marks => FleetMarks.All.Where(mark =>
        Status.HasFlag(Of(FleetMarks.StatusOf(mark))) && (Overdue is null || (mark == FleetMark.Overdue) == Overdue));

    private bool MeansTheSame(FleetReason? reason) => reason?.PatternFor(Redaction) is { } pattern && (pattern.Equals(Reason) || pattern.Text == ReasonKey);

    private static bool Has(string? text, string part) => text?.Contains(part, StringComparison.OrdinalIgnoreCase) == true;

    private static Statuses ReadStatus(QueryFields query)
    {
        var statuses = default(Statuses);
        foreach (var word in query.Words("status"))
        {
            if (!DeploymentStatus.IsKnown(word))
            {
                query.AddError("status", "must be COMPLETE, IN_PROGRESS or FAILED, in upper case, or several with commas");
                break;
            }

            statuses |= Of(word);
        }

        return statuses == default ? Statuses.All : statuses;
    }

    private static Statuses Of(string status) => status switch
    {
        DeploymentStatus.InProgress => Statuses.InProgress,
        DeploymentStatus.Complete => Statuses.Complete,
        _ => Statuses.Failed,
    };
}
