using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Dashboard;

/// <summary>What can be done from the board, and who can do it.</summary>
public sealed class ActionTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [BrowserFact]
    public async Task A_deployment_is_marked_failed_with_a_reason()
    {
        var id = await _project.DeploymentAsync();
        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");

        await board.Button("Mark failed…").ClickAsync();
        await Expect(board.Page.GetByLabel("Reason")).ToHaveValueAsync("Marked failed by member-of-a-test");
        await board.Page.GetByLabel("Reason").FillAsync("the server was taken down");
        await board.Button("Mark failed").ClickAsync();

        await Expect(board.Page.Locator(".state")).ToContainTextAsync("Failed the server was taken down");
        await Expect(board.Timeline.Last).ToContainTextAsync("the server was taken down");
        await Expect(board.Button("Mark failed…")).Not.ToBeVisibleAsync();
        var shown = await _project.ShownAsync(id);
        Assert.Equal(("FAILED", "the server was taken down"), (shown["status"]!.GetValue<string>(), shown["status_reason"]!.GetValue<string>()));
    }

    [BrowserFact]
    public async Task A_deployment_that_is_run_again_is_given_to_its_agent_anew()
    {
        var agent = await Agent.OfAsync(_project);
        var id = await _project.DeploymentAsync();
        var first = (await agent.EntryAsync())["id"]!.GetValue<string>();
        await agent.SignalAsync("""{"deploy_status_code": 1}""");
        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");
        await Expect(board.Page.Locator(".state")).ToContainTextAsync("Failed");

        await board.Button("Run again…").ClickAsync();
        await board.Button("Run again").ClickAsync();

        await Expect(board.Page.Locator(".state")).ToContainTextAsync("In progress");
        await Expect(board.Timeline.Last).ToContainTextAsync("Queued to run again");
        Assert.NotEqual(first, (await agent.EntryAsync())["id"]!.GetValue<string>());
        await agent.SignalAsync("""{"deploy_status_code": 0}""");
        await Expect(board.Page.Locator(".state")).ToContainTextAsync("Complete");
    }

    [BrowserFact]
    public async Task A_deployment_is_deleted_once_that_is_confirmed()
    {
        var id = await _project.DeploymentAsync();
        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");

        await board.Button("Delete…").ClickAsync();
        await board.Button("Cancel").ClickAsync();
        Assert.Equal(200, (await _project.SendAsync("GET", $"software_deployments/{id}")).Status);
        await board.Button("Delete…").ClickAsync();
        await board.Button("Delete").ClickAsync();

        await Expect(board.Page.GetByText("No deployments match.")).ToBeVisibleAsync();
        await Expect(board.Page.Locator(".said")).ToHaveTextAsync("Deployment deleted.");
        Assert.Equal(404, (await _project.SendAsync("GET", $"software_deployments/{id}")).Status);
    }

    [BrowserTheory]
    [InlineData("Mark failed")]
    [InlineData("Delete")]
    public async Task What_has_moved_on_is_shown_again_before_anything_is_done(string action)
    {
        var id = await _project.DeploymentAsync();
        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");
        await board.Button($"{action}…").ClickAsync();
        await _project.ReportAsync(id, "COMPLETE", "done in the meantime");

        await board.Button(action).ClickAsync();

        await Expect(board.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("moved on");
        await Expect(board.Page.Locator(".state")).ToContainTextAsync("done in the meantime");
        Assert.Equal("COMPLETE", (await _project.ShownAsync(id))["status"]!.GetValue<string>());
        await board.Button("Close").ClickAsync();
        await board.Button($"{action}…").ClickAsync();
        await board.Button(action).ClickAsync();
        await Expect(board.Page.Locator("dialog")).Not.ToBeVisibleAsync();
        await Expect(board.Page.Locator(".said")).ToHaveTextAsync(action == "Delete" ? "Deployment deleted." : "Deployment marked failed.");
    }

    [BrowserFact]
    public async Task A_refusal_is_shown_in_the_services_words()
    {
        var id = await _project.DeploymentAsync();
        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");
        // Or the page would say by itself that the deployment is gone.
        await board.IsLiveAsync();
        await board.Button("Pause").ClickAsync();
        await board.Button("Run again…").ClickAsync();
        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_deployments/{id}")).Status);

        await board.Button("Run again").ClickAsync();

        await Expect(board.Page.Locator("dialog").GetByRole(AriaRole.Alert)).ToContainTextAsync($"Deployment with id {id} not found");
    }

    [BrowserFact]
    public async Task The_request_of_an_action_can_be_had_instead()
    {
        var id = await _project.DeploymentAsync();
        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");

        await board.Button("Mark failed…").ClickAsync();
        await board.Page.GetByLabel("Reason").FillAsync("it's broken");
        await board.Page.Locator("dialog").GetByRole(AriaRole.Button, new() { Name = "Copy as curl" }).ClickAsync();
        await Expect(board.Page.Locator("dialog").GetByText("Copied")).ToBeVisibleAsync();

        var command = await board.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        var address = new Uri(Board.AddressOf(_project.App), $"/v1/{_project.Id}/software_deployments/{id}");
        Assert.Equal(
            "curl -s -X PUT -H \"X-Auth-Token: $TOKEN\" -H 'Content-Type: application/json' "
            + $$"""-d '{"status":"FAILED","status_reason":"it'\''s broken"}' '{{address}}'""",
            command);
        Assert.Equal("IN_PROGRESS", (await _project.ShownAsync(id))["status"]!.GetValue<string>());
    }

    [BrowserFact]
    public async Task A_reader_sees_everything_and_no_actions()
    {
        var id = await _project.DeploymentAsync();
        await using var board = await Board.SignedInAsync(_project, "reader", $"deployments/{id}");

        await Expect(board.Page.GetByText("(reader)", new() { Exact = false }).First).ToBeVisibleAsync();
        await Expect(board.Timeline).ToHaveCountAsync(1);
        await Expect(board.Button("Copy as curl")).ToBeVisibleAsync();
        foreach (var action in new[] { "Mark failed…", "Run again…", "Delete…" })
        {
            await Expect(board.Button(action)).ToHaveCountAsync(0);
        }
    }
}
