using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Secrets;
using DeploymentService.Storage.Model;
using Microsoft.OpenApi;

namespace DeploymentService.Fleet;

/// <summary>Which deployments are asked for: all that fit every part that is there. Two filters that ask for the same are equal.</summary>
[ReadsFilters]
public sealed record DeploymentFilter
{
    /// <summary>Every deployment.</summary>
    public static DeploymentFilter None { get; } = new();

    /// <summary>Those of this server.</summary>
    public string? ServerId { get; init; }

    /// <summary>Those of this config.</summary>
    public string? ConfigId { get; init; }

    /// <summary>Those of configs with this name.</summary>
    public string? Name { get; init; }

    /// <summary>Those in one of these statuses.</summary>
    public Statuses Status { get; init; } = Statuses.All;

    /// <summary>Those with this action.</summary>
    public string? Action { get; init; }

    /// <summary>Those that were created or updated then or later, UTC.</summary>
    public DateTime? ChangedSince { get; init; }

    /// <summary>Those that were created or last updated before then, UTC.</summary>
    public DateTime? ChangedBefore { get; init; }

    /// <summary>Those that have this text in their reason or in the id of their server, in upper or lower case.</summary>
    public string? Text { get; init; }

    /// <summary>True when <see cref="Text"/> is looked for in reasons too, false when only in the ids of servers, which no report changes.</summary>
    public bool IsOfReasons { get; init; } = true;

    /// <summary>What keeps secrets from whoever asks, so that no guess finds one by <see cref="Text"/>; null for those who see them.</summary>
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
        ConfigId = query.Text("config_id"),
        Name = query.Text("name"),
        Status = ReadStatus(query),
        Action = query.Text("action"),
        ChangedSince = query.Time("changed_since"),
        ChangedBefore = query.Time("changed_before"),
        Text = query.Text("q"),
        Overdue = query.Flag("overdue"),
        RolloutId = query.Text("rollout_id"),
        Redaction = Caller.OfOrNull(http) is { SeesSecrets: false } ? http.RequestServices.GetRequiredService<Redaction>() : null,
    };

    /// <summary>True of a deployment that is asked for.</summary>
    public bool Matches(FleetEntry entry) =>
        (Status == Statuses.All || Status.HasFlag(Of(entry.Status)))
        && (ServerId is null || entry.Server.Id == ServerId)
        && (ConfigId is null || entry.Config.Id == ConfigId)
        && (Name is null || entry.Config.Name == Name)
        && (Action is null || entry.Action == Action)
        && (ChangedSince is null || entry.ChangedTime >= ChangedSince)
        && (ChangedBefore is null || entry.ChangedTime < ChangedBefore)
        && (Overdue is null || entry.IsOverdue == Overdue)
        && (RolloutId is null || entry.RolloutId == RolloutId)
        && (Text is null
            || entry.Server.Id.Contains(Text, StringComparison.OrdinalIgnoreCase)
            || (IsOfReasons && Has(entry.Reason, Text) && (Redaction is null || Has(Redaction.ReasonOf(entry.Reason), Text))));

    private static bool Has(string? reason, string text) => reason?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;

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

/// <summary>A set of statuses.</summary>
[Flags]
public enum Statuses
{
    /// <summary><see cref="DeploymentStatus.InProgress"/>.</summary>
    InProgress = 1,

    /// <summary><see cref="DeploymentStatus.Complete"/>.</summary>
    Complete = 2,

    /// <summary><see cref="DeploymentStatus.Failed"/>.</summary>
    Failed = 4,

    /// <summary>Whichever.</summary>
    All = InProgress | Complete | Failed,
}

/// <summary>Says that the filters of deployments are read from the query.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReadsFiltersAttribute : ReadsAttribute
{
    /// <summary>Names all of them.</summary>
    public ReadsFiltersAttribute()
        : base(ParameterLocation.Query, "server_id", "config_id", "name", "status", "action", "changed_since", "changed_before", "q", "overdue", "rollout_id") =>
        Several = "status";
}
