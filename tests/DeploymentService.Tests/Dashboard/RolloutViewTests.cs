using DeploymentService.Tests.Rollouts;
using DeploymentService.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Dashboard;

/// <summary>Rollouts on the board: started, watched, stopped, and looked into.</summary>
public sealed class RolloutViewTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [BrowserFact]
    public async Task A_rollout_is_started_paused_resumed_and_its_failures_are_retried()
    {
        var config = await _project.NamedConfigAsync("web");
        await using var board = await Board.SignedInAsync(_project, place: "rollouts");
        await board.Link("Start a rollout…").ClickAsync();
        await board.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("web 42");
        await board.Page.GetByLabel("Config", new() { Exact = true }).FillAsync(config);
        await board.Page.GetByLabel("Server ids, one a line").FillAsync("s1\ns2\n s3\ns4");
        await board.Page.GetByLabel("Batches", new() { Exact = true }).FillAsync("2, 1");
        await board.Page.GetByLabel("Stop above so many failures").FillAsync("50%");
        await board.Page.GetByLabel("Inputs, as JSON").FillAsync("""{"release": "2026.4"}""");
        await board.Button("Start").ClickAsync();

        await Expect(Heading(board)).ToHaveTextAsync("Rollout web 42");
        await Expect(Field(board, "Done")).ToHaveTextAsync("0 of 4");
        await Expect(board.Rows).ToHaveCountAsync(4);
        var id = board.Page.Url.Split('/')[^1];
        await _project.UntilCountsAsync(id, "2 2 0 0 0");
        await board.Button("Pause").Last.ClickAsync();
        await Expect(State(board)).ToContainTextAsync("Paused");
        await _project.ReportAsync(id, server => server == "s1");
        await Expect(Field(board, "Done")).ToHaveTextAsync("2 of 4");
        await Expect(board.Page.Locator("main > svg.progress")).ToHaveAccessibleNameAsync("1 complete, 1 failed, 2 pending");
        await Expect(board.Page.Locator(".reasons")).ToContainTextAsync("1 server: FAILED on s<number>");
        await board.Button("Resume").ClickAsync();
        await _project.UntilCountsAsync(id, "1 1 1 1 0");
        await board.Button("Retry failed…").ClickAsync();
        await Expect(board.Page.Locator("dialog[open]")).ToContainTextAsync("1 server that failed will be run again");
        await board.Button("Retry failed").ClickAsync();
        await Expect(board.Page.Locator("main > svg.progress")).ToHaveAccessibleNameAsync(new System.Text.RegularExpressions.Regex("^1 complete, [12] in progress, [12] pending$"));
        await board.Button("Abort…").ClickAsync();
        await board.Button("Abort").ClickAsync();
        await Expect(State(board)).ToContainTextAsync("Aborted");

        await board.Link("All rollouts").ClickAsync();
        await Expect(board.Page.Locator("table.rollouts").First.Locator("tbody tr")).ToContainTextAsync(["■ Abortedweb 42"]);
    }

    [BrowserFact]
    public async Task What_failed_is_a_click_away_and_what_is_left_is_another_rollout()
    {
        var id = await _project.RolloutAsync($"\"servers\": {RolloutRoom.Servers(3)}, \"max_failures\": 0");
        await _project.UntilCountsAsync(id, "0 3 0 0 0");
        await _project.ReportAsync(id, server => server == "s2");
        await _project.UntilCountsAsync(id, "0 0 2 1 0");
        await using var board = await Board.SignedInAsync(_project, place: "rollouts");

        await board.Link("1 failed").First.ClickAsync();
        await Expect(board.Rows).ToContainTextAsync(["FAILED on s2"]);
        await Expect(board.Rows).ToHaveCountAsync(1);
        await board.Page.GoBackAsync();
        await board.Link("a-rollout").First.ClickAsync();
        await board.Page.Locator(".reasons").GetByRole(AriaRole.Link, new() { Name = "1 server" }).ClickAsync();
        await Expect(board.Rows).ToContainTextAsync(["s2"]);
        await board.Page.GoBackAsync();
        await board.Page.Locator(".legend").GetByRole(AriaRole.Link, new() { Name = "Failed" }).ClickAsync();
        await Expect(board.Rows).ToHaveCountAsync(1);
        await Expect(board.Page.Locator(".timeline")).ToContainTextAsync("Ended");
        await board.Link("New rollout of these…").ClickAsync();
        await board.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("once more");
        await board.Button("Start").ClickAsync();

        await Expect(Heading(board)).ToHaveTextAsync("Rollout once more");
        await Expect(Field(board, "Done")).ToHaveTextAsync("0 of 1");
        await Expect(board.Rows).ToContainTextAsync(["s2"]);
    }

    [BrowserFact]
    public async Task What_cannot_be_started_is_said_in_the_services_words_and_what_was_typed_stays()
    {
        await using var board = await Board.SignedInAsync(_project, place: "rollouts/new");
        await board.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("a-name");
        await board.Page.GetByLabel("Config", new() { Exact = true }).FillAsync("11111111-1111-4111-8111-111111111111");
        await board.Page.GetByLabel("Server ids, one a line").FillAsync("s1");
        await board.Page.GetByLabel("Inputs, as JSON").FillAsync("{nonsense");
        await board.Button("Start").ClickAsync();
        await Expect(board.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The inputs are no JSON");
        await board.Page.GetByLabel("Inputs, as JSON").FillAsync("");
        await board.Button("Start").ClickAsync();

        await Expect(board.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("11111111-1111-4111-8111-111111111111");
        await Expect(board.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("a-name");
    }

    [BrowserFact]
    public async Task A_reader_sees_a_rollout_and_cannot_change_it()
    {
        var id = await _project.RolloutAsync($"\"servers\": {RolloutRoom.Servers(2)}");
        await using var board = await Board.SignedInAsync(_project, "reader", $"rollouts/{id}");

        await Expect(board.Rows).ToHaveCountAsync(2);
        foreach (var action in new[] { "Abort…", "Next batch now", "Retry failed…" })
        {
            await Expect(board.Button(action)).ToHaveCountAsync(0);
        }
    }

    [BrowserFact]
    public async Task A_config_has_line_numbers_declarations_its_rollouts_and_what_another_has_instead()
    {
        var before = await _project.ConfigAsync("""{"name": "web-1", "group": "script", "config": "#!/bin/sh\nset -e\necho one\nexit 0\n", "inputs": [{"name": "release", "type": "String", "default": "1"}, {"name": "key", "hidden": true}]}""");
        var after = await _project.ConfigAsync("""{"name": "web-2", "group": "script", "config": "#!/bin/sh\nset -eu\necho one\necho two\nexit 0\n", "outputs": [{"name": "version", "error_output": true}]}""");
        await _project.RolloutAsync($"\"servers\": {RolloutRoom.Servers(2)}", "of-this-config", after);
        await _project.RolloutAsync($"\"servers\": {RolloutRoom.Servers(2, "t")}", "of-the-other", before);
        await using var board = await Board.SignedInAsync(_project, place: $"configs/{after}");
        var lines = board.Page.Locator(".script .line");

        await Expect(lines).ToHaveTextAsync(["#!/bin/sh", "set -eu", "echo one", "echo two", "exit 0", ""]);
        await Expect(board.Page.Locator(".declared")).ToContainTextAsync(["version"]);
        await Expect(board.Link("of-this-config")).ToBeVisibleAsync();
        await Expect(board.Link("of-the-other")).ToHaveCountAsync(0);
        await board.Page.GetByLabel("Difference to").SelectOptionAsync(before);

        await Expect(lines).ToHaveTextAsync(["#!/bin/sh", "-set -e", "+set -eu", "echo one", "+echo two", "exit 0", ""]);
        await Expect(board.Page.GetByText("1 line only in")).ToContainTextAsync("2 lines only here");
        await board.Page.GoBackAsync();
        await Expect(lines).ToHaveCountAsync(6);
        await board.OpenAsync($"{_project.Id}/configs/{before}");
        await Expect(board.Page.Locator(".declared tbody tr")).ToContainTextAsync(["releaseString1", "key hidden"]);
    }

    [BrowserFact]
    public async Task What_is_hidden_is_shown_to_nobody()
    {
        var config = await _project.ConfigAsync("""{"name": "web", "group": "script", "config": "x", "inputs": [{"name": "key", "hidden": true, "default": "hunter1"}, {"name": "release"}]}""");
        var id = await _project.RolloutAsync($$"""
            "servers": {{RolloutRoom.Servers(1)}}, "input_values": {"key": "hunter2", "release": "2026.4"}
            """, configId: config);
        await using var board = await Board.SignedInAsync(_project, place: $"rollouts/{id}");

        await Expect(Field(board, "release")).ToHaveTextAsync("2026.4");
        await Expect(Field(board, "key")).ToHaveTextAsync("•••• hidden");
        await board.OpenAsync($"{_project.Id}/configs/{config}");
        await Expect(board.Page.Locator(".declared tbody tr").First).ToContainTextAsync("••••");
        await Expect(board.Page.GetByText("hunter")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task Each_run_has_a_tab_with_what_it_printed_its_complaints_first()
    {
        var id = await _project.DeployAsync(await _project.ConfigAsync());
        await _project.ReportAsync(id, "FAILED", "exited with 1", new() { ["deploy_stdout"] = "began", ["deploy_stderr"] = "no space left", ["deploy_status_code"] = 1 });
        await _project.SendAsync("POST", $"software_deployments/{id}/run");
        await _project.ReportAsync(id, "COMPLETE", "went well", new() { ["deploy_stdout"] = "done" });
        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");
        var tabs = board.Page.GetByLabel("Runs").GetByRole(AriaRole.Link);

        await Expect(tabs).ToContainTextAsync(["Run 2 ✓ Complete", "Run 1 ✗ Failed"]);
        await Expect(tabs.First).ToHaveAttributeAsync("aria-current", "page");
        await Expect(board.Page.GetByText("went well")).ToHaveCountAsync(2);
        await tabs.Last.ClickAsync();

        await Expect(board.Page.Locator(".output h3 bdi")).ToHaveTextAsync(["deploy_stderr", "deploy_stdout"]);
        await Expect(board.Page.Locator(".output").First).ToContainTextAsync("no space left");
        await Expect(Field(board, "Took")).ToContainTextAsync("s");
        await Expect(Field(board, "Started")).ToContainTextAsync("by member-of-a-test");
        Assert.EndsWith("?run=1", board.Page.Url, StringComparison.Ordinal);
        await board.OpenAsync($"{_project.Id}/servers/a-server");
        await Expect(board.Rows.Locator(".time").Last).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^[0-9]+ s$"));
    }

    private static ILocator Heading(Board board) => board.Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    private static ILocator State(Board board) => board.Page.Locator(".state");

    private static ILocator Field(Board board, string name) =>
        board.Page.Locator(".fields > div").Filter(new() { Has = board.Page.Locator("dt").GetByText(name, new() { Exact = true }) }).Locator("dd").First;
}
