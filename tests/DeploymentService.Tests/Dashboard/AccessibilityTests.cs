using DeploymentService.Tests.Rollouts;
using DeploymentService.Tests.Support;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Dashboard;

/// <summary>The board without a mouse, without colours, on a small screen, and read out.</summary>
public sealed class AccessibilityTests
{
    private static readonly HashSet<ResultType> Wanted = [ResultType.Violations];
    private static readonly AxeRunOptions AllRules = new() { ResultTypes = Wanted };
    private static readonly AxeRunOptions ColourRules = new()
    {
        ResultTypes = Wanted,
        RunOnly = new() { Type = "rule", Values = ["color-contrast", "link-in-text-block"] },
    };

    private readonly Project _project = ServiceApp.NewProject();

    [BrowserTheory]
    [InlineData(1280)]
    [InlineData(360)]
    public async Task Axe_finds_nothing_and_nothing_is_wider_than_the_screen(int width)
    {
        var config = await _project.NamedConfigAsync("a-name-without-a-single-place-to-break-it-in-two-that-is-longer-than-a-screen-is-wide");
        var id = await _project.DeployAsync(config, new string('s', 200), inputs: new() { ["word"] = new string('v', 150) });
        await _project.ReportAsync(id, "FAILED", "exited with 1", new() { ["deploy_stdout"] = new string('o', 500), ["deploy_stderr"] = "", ["result"] = 1 });
        await _project.ReportAsync(await _project.DeployAsync(config), "COMPLETE");
        var open = await _project.DeployAsync(config, timeout: 3600);
        await using var board = await Board.NewAsync(Board.AddressOf(_project.App), width: width);

        await board.OpenAsync($"{_project.Id}/deployments");
        await IsWellAsync(board, "the sign-in");
        await board.Page.GetByLabel("Token").FillAsync("a-guess");
        await board.Button("Sign in").ClickAsync();
        await Expect(board.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await IsWellAsync(board, "a refused sign-in");
        await board.SignInAsync(await _project.MemberTokenAsync());
        await Expect(board.Rows).ToHaveCountAsync(3);
        await board.IsLiveAsync();
        await IsWellAsync(board, "the table");
        if (width < 768)
        {
            await board.Page.Locator(".chart > summary").ClickAsync();
            await board.Button("Filters").ClickAsync();
        }

        await board.Page.GetByText("As a table").ClickAsync();
        await board.Page.GetByLabel("Changed since").SelectOptionAsync("a time…");
        await IsWellAsync(board, "the chart as a table");
        await board.Page.GetByLabel("Select all on this page").CheckAsync();
        await IsWellAsync(board, "selected rows");
        await board.Page.GetByLabel("Selected deployments").GetByRole(AriaRole.Button, new() { Name = "Run again…" }).ClickAsync();
        await IsWellAsync(board, "a dialog about many");
        await board.Page.Keyboard.PressAsync("Escape");
        await board.Page.Keyboard.PressAsync("?");
        await IsWellAsync(board, "the shortcuts");
        await board.Page.Keyboard.PressAsync("Escape");
        await board.Button("Pause").ClickAsync();
        await board.Page.GetByLabel("Server", new() { Exact = true }).FillAsync("nobody");
        await Expect(board.Page.GetByText("No deployments match.")).ToBeVisibleAsync();
        await IsWellAsync(board, "a table without rows, paused");
        await board.OpenAsync($"{_project.Id}/deployments/{id}");
        await Expect(board.Timeline).ToHaveCountAsync(2);
        await IsWellAsync(board, "a deployment");
        await board.OpenAsync($"{_project.Id}/deployments/{open}");
        await board.Button("Mark failed…").ClickAsync();
        await IsWellAsync(board, "a dialog");
        await board.Page.Keyboard.PressAsync("Escape");
        await board.OpenAsync($"{_project.Id}/servers");
        await Expect(board.Page.Locator("table.servers tbody tr")).ToHaveCountAsync(2);
        await IsWellAsync(board, "the servers");
        await board.OpenAsync($"{_project.Id}/servers/{new string('s', 200)}");
        await Expect(board.Rows).ToHaveCountAsync(1);
        await IsWellAsync(board, "a server");
        await board.OpenAsync($"{_project.Id}/deployments?status=NONSENSE");
        await Expect(board.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await IsWellAsync(board, "a refusal");
    }

    [BrowserTheory]
    [InlineData(1280)]
    [InlineData(360)]
    public async Task Axe_finds_nothing_in_rollouts_configs_and_runs(int width)
    {
        var config = await _project.NamedConfigAsync("a-config", """[{"name": "release", "type": "String", "default": "1", "description": "What to install"}]""");
        var other = await _project.NamedConfigAsync("another");
        var rollout = await _project.RolloutAsync($$"""
            "servers": {{RolloutRoom.Servers(4)}}, "batch_sizes": [3, 1], "pause_after_batch": true, "input_values": {"release": "2"}
            """, "a-rollout", config);
        await _project.UntilCountsAsync(rollout, "1 3 0 0 0");
        await _project.ReportAsync(rollout, server => server == "s1");
        await _project.UntilAsync(rollout, "PAUSED");
        var deployment = (await _project.ServersAsync(rollout, "FAILED"))[0]["deployment_id"]!.GetValue<string>();
        await _project.SendAsync("POST", $"software_deployments/{deployment}/run");
        await using var board = await Board.SignedInAsync(_project, place: "rollouts", width: width);

        await Expect(board.Page.Locator("table.rollouts")).ToHaveCountAsync(2);
        await IsWellAsync(board, "the rollouts");
        await board.OpenAsync($"{_project.Id}/rollouts/{rollout}");
        await Expect(board.Page.Locator(".timeline li")).Not.ToHaveCountAsync(0);
        await Expect(board.Rows).ToHaveCountAsync(4);
        await IsWellAsync(board, "a rollout");
        await board.Button("Abort…").ClickAsync();
        await IsWellAsync(board, "a question");
        await board.OpenAsync($"{_project.Id}/rollouts/new");
        await board.Page.GetByText("All that match").ClickAsync();
        await IsWellAsync(board, "a start");
        await board.OpenAsync($"{_project.Id}/configs/{config}?to={other}");
        await Expect(board.Page.GetByText("only here")).ToBeVisibleAsync();
        await IsWellAsync(board, "a config");
        await board.OpenAsync($"{_project.Id}/deployments/{deployment}?run=1");
        await Expect(board.Page.GetByLabel("Runs")).ToBeVisibleAsync();
        await Expect(board.Page.GetByText("Run 1").Last).ToBeVisibleAsync();
        await IsWellAsync(board, "an earlier run");
    }

    [BrowserFact]
    public async Task Everything_can_be_done_with_the_keyboard()
    {
        var config = await _project.NamedConfigAsync("by-hand");
        await _project.DeployAsync(config);
        await _project.ReportAsync(await _project.DeployAsync(config), "FAILED");
        await using var board = await Board.NewAsync(Board.AddressOf(_project.App));
        await board.OpenAsync($"{_project.Id}/deployments");
        var keyboard = board.Page.Keyboard;

        await TabToAsync(board, "Token");
        await keyboard.TypeAsync(await _project.MemberTokenAsync());
        await keyboard.PressAsync("Enter");
        await Expect(board.Rows).ToHaveCountAsync(2);
        await TabToAsync(board, "Skip to the content");
        await keyboard.PressAsync("Enter");
        await TabToAsync(board, "1 ● In progress");
        await keyboard.PressAsync("Enter");
        await Expect(board.Rows).ToHaveCountAsync(1);
        await TabToAsync(board, "by-hand");
        await keyboard.PressAsync("Enter");
        // The next view begins at its heading.
        await Expect(board.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
        await TabToAsync(board, "Mark failed…");
        await keyboard.PressAsync("Enter");
        await Expect(board.Page.Locator("dialog")).ToBeVisibleAsync();
        await keyboard.PressAsync("Escape");
        // Gone, and not only hidden: the browser tells the page a moment later that it was closed.
        await Expect(board.Page.Locator("dialog")).ToHaveCountAsync(0);
        await Expect(board.Button("Mark failed…")).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await Expect(board.Page.Locator("dialog")).ToBeVisibleAsync();
        await TabToAsync(board, "Mark failed");
        await keyboard.PressAsync("Enter");
        await Expect(board.Page.Locator(".state")).ToContainTextAsync("Failed");

        await Expect(board.Page.Locator(".said")).ToHaveTextAsync("Deployment marked failed.");
        await board.Page.GoBackAsync();
        await Expect(board.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Deployments");
    }

    [BrowserFact]
    public async Task What_has_the_focus_is_seen_to_have_it()
    {
        await _project.DeploymentAsync();
        await using var board = await Board.SignedInAsync(_project);
        await Expect(board.Rows).ToHaveCountAsync(1);
        await board.IsLiveAsync();

        for (var step = 0; step < 30; step++)
        {
            await board.Page.Keyboard.PressAsync("Tab");
            var outline = await board.Page.EvaluateAsync<string>(
                "(element => element === document.body ? 'none there' : getComputedStyle(element).outlineStyle + ' ' + getComputedStyle(element).outlineWidth)(document.activeElement)");
            Assert.True(outline is "solid 3px" or "none there", outline);
        }
    }

    [BrowserFact]
    public async Task Every_status_has_a_word()
    {
        var config = await _project.ConfigAsync();
        await _project.ReportAsync(await _project.DeployAsync(config), "FAILED");
        await _project.ReportAsync(await _project.DeployAsync(config), "COMPLETE");
        await _project.DeployAsync(config);
        await using var board = await Board.SignedInAsync(_project, place: "deployments?sort_key=status");

        await Expect(board.Rows.Locator("[data-label=Status]")).ToHaveTextAsync(["✓ Complete", "✗ Failed", "● In progress"]);
        await Expect(board.Page.GetByRole(AriaRole.Cell, new() { Name = "In progress", Exact = true })).ToHaveCountAsync(1);
        await Expect(board.Page.Locator(".plot svg")).ToHaveAccessibleNameAsync("Reports upwards and failures downwards, hour by hour; the numbers are in the table below.");
        await board.Page.GetByText("As a table").ClickAsync();
        await Expect(board.Page.Locator(".chart tbody tr")).ToHaveCountAsync(24);
        await Expect(board.Page.Locator(".chart tbody tr").Last).ToContainTextAsync(":00:0021");
    }

    /// <summary>Axe finds nothing in what is shown now, and it is no wider than the screen.</summary>
    internal static async Task IsWellAsync(Board board, string view)
    {
        await AxeFindsNothingAsync(board, view, AllRules);
        // The page is the same in the dark but for its colours.
        await board.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await AxeFindsNothingAsync(board, view + " in the dark", ColourRules);
        await board.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        var beyond = await board.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

        Assert.True(beyond <= 0, $"{view} is {beyond} pixels wider than the screen");
    }

    private static async Task AxeFindsNothingAsync(Board board, string view, AxeRunOptions rules)
    {
        var result = await board.Page.RunAxe(rules);

        Assert.NotEmpty(result.Passes);
        Assert.Empty(result.Violations.Select(violation =>
            $"{view}: {violation.Id}, {violation.Help}: {string.Join(" ", violation.Nodes.Select(node => node.Html))}"));
    }

    /// <summary>Presses Tab until what has this name has the focus.</summary>
    private static async Task TabToAsync(Board board, string name)
    {
        for (var step = 0; step < 80; step++)
        {
            var focused = await board.Page.EvaluateAsync<string>(
                "(element => (element.labels?.[0] ?? element).innerText.replace(/\\s+/g, ' ').trim())(document.activeElement)");
            if (focused == name)
            {
                return;
            }

            await board.Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"Tab does not lead to {name}.");
    }
}
