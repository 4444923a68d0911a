using System.CommandLine;

namespace DeploymentService.CommandLine.Client;

/// <summary>A small client for people and jobs, which asks the public API and nothing else: a command for each question.</summary>
internal static class ClientCommands
{
    private const int LongestWait = 7 * 24 * 3600;

    /// <summary>Declares them.</summary>
    public static IEnumerable<ClientCommand> Create(Surroundings around) => [Wait(around), Rollout(around), List(around), Show(around), Logs(around), Run(around)];

    private static ClientCommand Wait(Surroundings around)
    {
        var filters = new Filters(ofStatus: false);
        var atLeast = ClientCommand.Number("--at-least", "How many deployments there must be.", 1, (1, int.MaxValue));
        var failFast = new Option<bool>("--fail-fast") { Description = "End at the first failure." };
        var timeout = Timeout();
        return ClientCommand.Of(
            "wait", "Waits until the deployments that fit have ended: 0 when all are COMPLETE, 1 when one FAILED, 2 when the time is over, 3 when the service cannot be asked.",
            [.. filters.All, atLeast, failFast, timeout]).Does(around, (parsed, screen, client, cancel) =>
            {
                var query = filters.Query(parsed) + $"&at_least={parsed.GetValue(atLeast)}" + (parsed.GetValue(failFast) ? "&fail_fast=true" : "");
                return new Follower(client, screen).FollowAsync("deployments", seconds => $"software_deployments/wait?progress=true&timeout={seconds}{query}", parsed.GetValue(timeout), cancel);
            });
    }

    private static ClientCommand Rollout(Surroundings around)
    {
        var id = Id("rollout");
        var timeout = Timeout();
        return ClientCommand.Of(
            "rollout", "Waits until a rollout has ended: 0 when it is COMPLETE, 1 when it failed or was aborted, 2 when the time is over, 3 when the service cannot be asked.", id, timeout)
            .Does(around, (parsed, screen, client, cancel) => new Follower(client, screen).FollowAsync(
                "servers", seconds => $"rollouts/{Escaped(parsed.GetValue(id)!)}/wait?progress=true&timeout={seconds}", parsed.GetValue(timeout), cancel));
    }

    private static ClientCommand List(Surroundings around)
    {
        var filters = new Filters(ofStatus: true);
        var limit = ClientCommand.Number("--limit", "How many at most.", 50, (1, 1000));
        return ClientCommand.Of("ls", "Lists deployments, the last that changed first.", [.. filters.All, limit]).Does(around, async (parsed, screen, client, cancel) =>
        {
            var body = await client.AskAsync(
                HttpMethod.Get, $"software_deployments?detail=true&values=false&sort_key=updated_time&sort_dir=desc&limit={parsed.GetValue(limit)}{filters.Query(parsed)}", cancel);
            DeploymentTexts.WriteList(screen, body);
            return ExitCode.Complete;
        });
    }

    private static ClientCommand Show(Surroundings around)
    {
        var id = Id("deployment");
        return ClientCommand.Of("show", "Shows a deployment.", id).Does(around, async (parsed, screen, client, cancel) =>
        {
            DeploymentTexts.WriteOne(screen, await client.AskAsync(HttpMethod.Get, $"software_deployments/{Escaped(parsed.GetValue(id)!)}?detail=true", cancel));
            return ExitCode.Complete;
        });
    }

    private static ClientCommand Logs(Surroundings around)
    {
        var id = Id("deployment");
        var run = ClientCommand.Number("--run", "Which run; 0 for the last.", 0, (0, int.MaxValue));
        return ClientCommand.Of("logs", "Prints what a deployment's last run printed: its stdout to stdout, its stderr to stderr.", id, run).Does(around, async (parsed, screen, client, cancel) =>
        {
            var path = $"software_deployments/{Escaped(parsed.GetValue(id)!)}";
            DeploymentTexts.WriteLogs(screen, await client.AskAsync(HttpMethod.Get, parsed.GetValue(run) is > 0 and var number ? $"{path}/runs/{number}" : path, cancel));
            return ExitCode.Complete;
        });
    }

    private static ClientCommand Run(Surroundings around)
    {
        var ids = new Argument<string[]>("deployment") { Description = "The ids of the deployments.", Arity = ArgumentArity.OneOrMore };
        var wait = new Option<bool>("--wait") { Description = "Wait for their ends; the exit codes are those of wait then." };
        var timeout = Timeout();
        return ClientCommand.Of("run", "Runs deployments again.", ids, wait, timeout).Does(around, async (parsed, screen, client, cancel) =>
        {
            var runs = new RunAgain(client, screen);
            return await runs.BeginAsync(parsed.GetValue(ids)!, cancel) is var code && parsed.GetValue(wait)
                ? await runs.WaitAsync(parsed.GetValue(ids)!, TimeSpan.FromSeconds(parsed.GetValue(timeout)), cancel)
                : code;
        });
    }

    private static Option<int> Timeout() => ClientCommand.Number("--timeout", "How many seconds to wait.", 600, (1, LongestWait));

    private static Argument<string> Id(string of) => new(of) { Description = $"The id of the {of}." };

    private static string Escaped(string id) => Uri.EscapeDataString(id);

    /// <summary>The filters of the API, an option each. One that is there goes along as it is, also empty: the service says what is wrong with it.</summary>
    private sealed class Filters
    {
        private readonly List<(string Parameter, Option<string?> Option)> _options =
        [
            ("config_id", ClientCommand.Text("--config", "Those of the config with this id.", "ID")),
            ("server_id", ClientCommand.Text("--server", "Those of this server.", "ID")),
            ("name", ClientCommand.Text("--name", "Those of configs with this name.", "NAME")),
            ("action", ClientCommand.Text("--action", "Those with this action.", "ACTION")),
            ("rollout_id", ClientCommand.Text("--rollout", "Those of the rollout with this id.", "ID")),
            ("changed_since", ClientCommand.Text("--changed-since", "Those that changed since then, such as 2026-11-22T00:00:00Z.", "TIME")),
            ("q", ClientCommand.Text("--query", "Those with this part in the id of the server.", "TEXT")),
        ];

        public Filters(bool ofStatus)
        {
            if (ofStatus)
            {
                var status = ClientCommand.Text("--status", "Those of this status; several with commas.", "STATUS");
                status.CompletionSources.Add("IN_PROGRESS", "COMPLETE", "FAILED");
                var overdue = ClientCommand.Text("--overdue", "true for those that are overdue.", "true|false");
                overdue.CompletionSources.Add("true", "false");
                _options.AddRange([("status", status), ("overdue", overdue)]);
            }
        }

        public IEnumerable<Symbol> All => _options.Select(one => one.Option);

        public string Query(ParseResult parsed) => string.Concat(
            _options.Where(one => parsed.GetValue(one.Option) is not null).Select(one => $"&{one.Parameter}={Escaped(parsed.GetValue(one.Option)!)}"));
    }
}
