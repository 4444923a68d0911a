using DeploymentService.Http.OpenApi;

namespace DeploymentService.Deployments;

/// <summary>One of the things that are to be known about why a deployment is still in progress. Every key is always there.</summary>
public sealed record WaitingPart
{
    /// <summary>Which: one of the listed words.</summary>
    [OneOf(typeof(WaitingCode))]
    public required string Code { get; init; }

    /// <summary>When it happened, or since when it is so; null for what has no time.</summary>
    public required DateTime? Time { get; init; }

    /// <summary>It as a part of the sentence `waiting_for`.</summary>
    public required string Detail { get; init; }
}

/// <summary>The words of <see cref="WaitingPart.Code"/>, as they are sent.</summary>
public static class WaitingCode
{
    /// <summary>No agent has fetched the execution.</summary>
    public const string NeverFetched = "never_fetched";

    /// <summary>The agent has fetched it, and has not reported its end.</summary>
    public const string Fetched = "fetched";

    /// <summary>The last report could not be taken.</summary>
    public const string ReportRefused = "report_refused";

    /// <summary>The server has not been heard of for a while.</summary>
    public const string ServerSilent = "server_silent";

    /// <summary>Its timeout is over.</summary>
    public const string Overdue = "overdue";

    /// <summary>The config is a component that has nothing for the action.</summary>
    public const string NoConfigForAction = "no_config_for_action";

    /// <summary>No stock hook serves the config's group.</summary>
    public const string UnknownGroup = "unknown_group";

    /// <summary>The config has no group.</summary>
    public const string NoGroup = "no_group";

    /// <summary>It had ended, and somebody set it in progress again without anything new to run.</summary>
    public const string SetInProgressByHand = "set_in_progress_by_hand";

    /// <summary>The agent asks with a URL that is no longer good.</summary>
    public const string RotatedUrl = "rotated_url";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        NeverFetched, Fetched, ReportRefused, ServerSilent, Overdue, NoConfigForAction, UnknownGroup, NoGroup, SetInProgressByHand, RotatedUrl,
    ];
}
