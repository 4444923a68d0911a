using DeploymentService.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Dashboard;

/// <summary>From a list into what failed and back, one after the other, or many at once.</summary>
public sealed class TriageTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [BrowserFact]
    public async Task Back_is_the_same_place_of_the_list()
    {
        await DeployAsync(50);
        await using var board = await Board.SignedInAsync(_project, place: "deployments?sort_key=server_id");
        await Expect(board.Rows).ToHaveCountAsync(50);

        await board.Rows.Nth(45).GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(Heading(board)).ToBeFocusedAsync();
        Assert.Equal(0, await board.Page.EvaluateAsync<int>("scrollY"));
        await board.Page.GoBackAsync();

        await Expect(board.Rows.Nth(45).GetByRole(AriaRole.Link).First).ToBeFocusedAsync();
        await Expect(board.Rows.Nth(45)).ToBeInViewportAsync();
        Assert.NotEqual(0, await board.Page.EvaluateAsync<int>("scrollY"));
        await board.Page.GoForwardAsync();
        await Expect(Heading(board)).ToHaveTextAsync("Deployment a-config");
    }

    [BrowserFact]
    public async Task Next_and_previous_go_through_the_list_and_over_its_pages()
    {
        await DeployAsync(52);
        await using var board = await Board.SignedInAsync(_project, place: "deployments?sort_key=server_id");
        await board.Rows.Nth(48).GetByRole(AriaRole.Link).First.ClickAsync();
        var trail = board.Page.GetByLabel("In the list");

        await Expect(Server(board, "server-48")).ToBeVisibleAsync();
        await trail.GetByText("Next").ClickAsync();
        await Expect(Server(board, "server-49")).ToBeVisibleAsync();
        await Expect(trail).ToContainTextAsync("50 of 52");
        await board.Page.Keyboard.PressAsync("j");
        await Expect(Server(board, "server-50")).ToBeVisibleAsync();
        await board.Page.Keyboard.PressAsync("k");
        await Expect(Server(board, "server-49")).ToBeVisibleAsync();
        await trail.GetByText("Previous").ClickAsync();
        await Expect(Server(board, "server-48")).ToBeVisibleAsync();
        await trail.GetByRole(AriaRole.Link, new() { Name = "Back to the filtered list" }).ClickAsync();

        await Expect(board.Rows).ToHaveCountAsync(50);
        Assert.EndsWith("?sort_key=server_id", board.Page.Url, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Who_deleted_one_is_back_in_the_filtered_list()
    {
        await DeployAsync(2);
        await using var board = await Board.SignedInAsync(_project, place: "deployments?server_id=server-01");
        await board.Link("a-config").ClickAsync();
        await board.Button("Delete…").ClickAsync();
        await board.Button("Delete").ClickAsync();

        await Expect(board.Page.GetByText("No deployments match.")).ToBeVisibleAsync();
        Assert.EndsWith("/deployments?server_id=server-01", board.Page.Url, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Selected_rows_are_run_again_together()
    {
        var ids = await DeployAsync(3);
        foreach (var id in ids)
        {
            await _project.ReportAsync(id, "FAILED");
        }

        await using var board = await Board.SignedInAsync(_project, place: "deployments?sort_key=server_id");
        await board.Page.GetByLabel("Select a-config on server-00").CheckAsync();
        await board.Page.GetByLabel("Select a-config on server-02").CheckAsync();
        await Expect(Selection(board)).ToContainTextAsync("2 selected");
        await Selection(board).GetByText("Run again…").ClickAsync();
        await Expect(Dialog(board)).ToContainTextAsync("Run again 2 deployments on 2 servers?");
        await board.Button("Run again").ClickAsync();

        await Expect(Dialog(board)).ToContainTextAsync("2 deployments queued to run again.");
        await board.Button("Close").ClickAsync();
        await Expect(board.Rows).ToContainTextAsync(["In progress", "Failed", "In progress"]);
        await Expect(Selection(board)).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task What_moved_on_is_not_run_again_and_a_second_try_runs_nothing_twice()
    {
        var ids = await DeployAsync(2);
        await _project.ReportAsync(ids[0], "FAILED");
        await _project.ReportAsync(ids[1], "FAILED");
        await using var board = await Board.SignedInAsync(_project, place: "deployments?sort_key=server_id");
        var tries = 0;
        await board.Page.RouteAsync("**/run", async route =>
        {
            // The first answer is lost on its way.
            var answer = await route.FetchAsync();
            await route.FulfillAsync(Interlocked.Increment(ref tries) == 1 ? new() { Status = 503 } : new() { Response = answer });
        });
        await board.Page.GetByLabel("Select all on this page").CheckAsync();
        await Selection(board).GetByText("Run again…").ClickAsync();
        await Expect(Dialog(board)).ToContainTextAsync("Run again 2 deployments on 2 servers?");
        await _project.ReportAsync(ids[1], "COMPLETE", "done in the meantime");
        await board.Button("Run again").ClickAsync();

        await Expect(Dialog(board)).ToContainTextAsync("1 deployment queued to run again, 1 not.");
        await Expect(Dialog(board)).ToContainTextAsync("1 × moved on since it was selected");
        Assert.Equal(2, tries);
        Assert.Equal(2, (await _project.ShownAsync(ids[0]))["execution"]!.GetValue<int>());
        Assert.Equal("COMPLETE", (await _project.ShownAsync(ids[1]))["status"]!.GetValue<string>());
    }

    [BrowserFact]
    public async Task All_that_match_are_counted_before_and_what_became_of_them_is_told_after()
    {
        var ids = await DeployAsync(53);
        await using var board = await Board.SignedInAsync(_project, place: "deployments?status=IN_PROGRESS");
        await board.Page.GetByLabel("Select all on this page").CheckAsync();
        await Expect(Selection(board)).ToContainTextAsync("50 selected");
        await board.Button("Select all that match").ClickAsync();
        await Selection(board).GetByText("Mark failed…").ClickAsync();
        await Expect(Dialog(board)).ToContainTextAsync("Mark failed 53 deployments on 53 servers?");
        await _project.ReportAsync(ids[7], "COMPLETE", "done in the meantime");
        await board.Page.GetByLabel("Reason", new() { Exact = true }).FillAsync("given up");
        await board.Button("Mark failed").ClickAsync();

        await Expect(Dialog(board)).ToContainTextAsync("52 deployments marked failed, 1 not.");
        await Expect(Dialog(board)).ToContainTextAsync("1 × moved on since it was selected");
        Assert.Equal("done in the meantime", (await _project.ShownAsync(ids[7]))["status_reason"]!.GetValue<string>());
        Assert.Equal("given up", (await _project.ShownAsync(ids[0]))["status_reason"]!.GetValue<string>());
        await board.Button("Close").ClickAsync();
        await Expect(board.Page.GetByText("No deployments match.")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Single_keys_search_walk_and_select()
    {
        await DeployAsync(3);
        await using var board = await Board.SignedInAsync(_project, place: "deployments?sort_key=server_id");
        await Expect(board.Rows).ToHaveCountAsync(3);
        var keyboard = board.Page.Keyboard;

        await keyboard.PressAsync("j");
        await keyboard.PressAsync("j");
        await keyboard.PressAsync("x");
        await Expect(board.Page.GetByLabel("Select a-config on server-01")).ToBeCheckedAsync();
        await keyboard.PressAsync("k");
        await Expect(board.Rows.First.GetByRole(AriaRole.Link).First).ToBeFocusedAsync();
        await keyboard.PressAsync("/");
        await Expect(board.Page.GetByLabel("Search in reason, server, config or id")).ToBeFocusedAsync();
        await keyboard.TypeAsync("jkx?");
        await Expect(board.Page.GetByLabel("Search in reason, server, config or id")).ToHaveValueAsync("jkx?");
        await board.Button("Clear filters").ClickAsync();
        await keyboard.PressAsync("?");
        await Expect(Dialog(board)).ToContainTextAsync("Keyboard shortcuts");
        await board.Page.GetByLabel("Single keys are on").UncheckAsync();
        await board.Button("Close").ClickAsync();
        await keyboard.PressAsync("/");

        await Expect(board.Page.GetByLabel("Search in reason, server, config or id")).Not.ToBeFocusedAsync();
    }

    private async Task<List<string>> DeployAsync(int count)
    {
        var config = await _project.ConfigAsync();
        var ids = new List<string>();
        for (var number = 0; number < count; number++)
        {
            ids.Add(await _project.DeployAsync(config, $"server-{number:00}"));
        }

        return ids;
    }

    private static ILocator Heading(Board board) => board.Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    private static ILocator Selection(Board board) => board.Page.GetByLabel("Selected deployments");

    private static ILocator Dialog(Board board) => board.Page.Locator("dialog[open]");

    private static ILocator Server(Board board, string id) => board.Page.Locator(".fields").GetByRole(AriaRole.Link, new() { Name = id });
}
