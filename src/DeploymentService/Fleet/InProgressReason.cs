using System.Globalization;
using DeploymentService.Agents;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>What there is to know of why a deployment is still in progress.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="Obstacle">Why stock agents do not run its config; null when they do.</param>
/// <param name="Happened">What happened to its execution.</param>
/// <param name="LastFetch">When the server's agent last asked what to run; null for never.</param>
/// <param name="PollsInVain">The agent's polls since then with a URL that is no longer good; null for none.</param>
/// <param name="SilentSince">Since when the server is silent; null when it is not.</param>
internal sealed record InProgressReason(
    SoftwareDeployment Deployment, Obstacle? Obstacle, ExecutionHistory Happened, DateTime? LastFetch, PollsInVain? PollsInVain, DateTime? SilentSince)
{
    /// <summary>All parts in one sentence for people.</summary>
    public static string Sentence(IReadOnlyList<WaitingPart> parts)
    {
        var sentence = string.Join("; ", parts.Select(part => part.Detail)) + ".";
        return char.ToUpperInvariant(sentence[0]) + sentence[1..];
    }

    /// <summary>The parts, the most telling first.</summary>
    public IReadOnlyList<WaitingPart> Parts()
    {
        var (isFetched, setByHand) = (Deployment.FetchedTime is not null, Happened.SetInProgress);
        WaitingPart?[] parts =
        [
            setByHand is null ? null : Part(WaitingCode.SetInProgressByHand, setByHand.Time,
                $"set in progress by hand at {Text(setByHand.Time)}, which starts no new run: POST /v1/{Deployment.ProjectId}/software_deployments/{Deployment.Id}/run does"),
            // What was fetched before it ended is no news: agents never run the same execution twice.
            Deployment.FetchedTime is not { } fetched || setByHand is not null ? null
                : Part(WaitingCode.Fetched, fetched, $"fetched by the agent at {Text(fetched)}, and no end reported since"),
            isFetched || Obstacle?.Kind == ObstacleKind.NoGroup ? null : NeverFetched(),
            Obstacle is null ? null : Part(CodeOf(Obstacle.Kind), null, Obstacle.Detail),
            Happened.ErrorOf is not { } refusal ? null
                : Part(WaitingCode.ReportRefused, refusal.Time, $"a report was refused at {Text(refusal.Time)} because: {refusal.Reason?.TrimEnd('.')}"),
            isFetched || PollsInVain is not { } vain ? null : Part(WaitingCode.RotatedUrl, vain.Since,
                $"the agent asks with a URL that {(vain.HasExpired ? "has expired" : "was rotated")}, since {Text(vain.Since)} and last at {Text(vain.Last)}: give it the server's new one"),
            SilentSince is not { } silent ? null : Part(WaitingCode.ServerSilent, silent, $"the server is silent since {Text(silent)}"),
            Deployment.Lateness != Lateness.Overdue ? null
                : Part(WaitingCode.Overdue, Happened.OverdueTime, $"overdue: its timeout was {Deployment.Timeout} second{(Deployment.Timeout == 1 ? "" : "s")}"),
        ];
        return [.. parts.OfType<WaitingPart>()];
    }

    private WaitingPart NeverFetched() => Part(WaitingCode.NeverFetched, LastFetch, "never fetched by the agent" + (LastFetch, PollsInVain) switch
    {
        ({ } last, _) => $", which last asked at {Text(last)}",
        (_, null) => ": the server has never asked",
        _ => "",
    });

    private static WaitingPart Part(string code, DateTime? time, string detail) => new() { Code = code, Time = time, Detail = detail };

    private static string CodeOf(ObstacleKind kind) => kind switch
    {
        ObstacleKind.NoGroup => WaitingCode.NoGroup,
        ObstacleKind.UnknownGroup => WaitingCode.UnknownGroup,
        _ => WaitingCode.NoConfigForAction,
    };

    private static string Text(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
