using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Storage;

namespace DeploymentService.Agents.Script;

/// <summary>
/// What a server has to run, as a script for <c>sh</c>: it runs with curl and nothing else, and reads no JSON. It has what is in progress and of the group <c>script</c>;
/// of the rest it says that it leaves it alone, and nothing of that counts as fetched.
/// </summary>
internal sealed class AgentScript(RowsById<AgentEntry> entries, AgentUrlClaims address, FetchRecorder fetches, SignedPath signed) : IResult
{
    /// <summary>Where it is, behind the URL of the server.</summary>
    public const string Suffix = "/agent.sh";

    private const string Group = "script";
    private const string ContentType = "text/x-shellscript; charset=utf-8";
    private static readonly (string Before, string After) Frame = ReadFrame();

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var handout = HeadRequests.IsHead(httpContext) ? null : fetches.Begin(address.ProjectId, address.ServerId, Actor.Of(httpContext), mayBeNew: true);
        using var answer = PiecewiseResponse.Begin(httpContext, ContentType);
        var service = PublicAddress.Of(httpContext);
        answer.Write(Frame.Before);
        answer.Write($"self={ShellText.Quote(service + signed.Sign(address.Path))}\n");
        while (await entries.NextAsync(PiecewiseResponse.PieceBytes) is { Count: > 0 } next)
        {
            foreach (var entry in next.Where(entry => entry.IsInProgress))
            {
                if (StockHooks.FileOf(entry.Config.Group ?? "") == Group)
                {
                    handout?.Add(entry.Key);
                    var signal = new SignalUrlClaims(entry.Config.ProjectId, entry.DeploymentId, entry.Execution, address.Generation);
                    answer.Write(ScriptEntry.Of(entry, service + signed.Sign(signal.Path)));
                }
                else
                {
                    answer.Write($"leave {ShellText.Quote(ShellText.Line(entry.Config.Name))} {ShellText.Quote(ShellText.Line(entry.Config.Group))}\n");
                }

                if (!await answer.NextAsync())
                {
                    return;
                }
            }
        }

        answer.Write(Frame.After);
        handout?.Complete();
        await answer.EndAsync();
    }

    private static (string Before, string After) ReadFrame()
    {
        using var file = typeof(AgentScript).Assembly.GetManifestResourceStream("Agents/agent.sh")!;
        using var reader = new StreamReader(file);
        var parts = reader.ReadToEnd().Split("#@ executions\n");
        return (parts[0], parts[1]);
    }
}
