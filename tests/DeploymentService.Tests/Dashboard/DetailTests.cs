using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Dashboard;

/// <summary>One deployment: how it stands, why, what happened, and what came out of it.</summary>
public sealed class DetailTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [BrowserFact]
    public async Task The_timeline_tells_what_happened_and_who_did_it()
    {
        var agent = await Agent.OfAsync(_project);
        var id = await _project.DeployAsync(await _project.NamedConfigAsync("say-hello"), inputs: new() { ["word"] = "hello" });
        await agent.SignalAsync("""{"deploy_stdout": "done\n", "deploy_status_code": 0}""");
        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");

        await Expect(board.Timeline).ToContainTextAsync(["Created", "Fetched by the agent", "Reported by the agent"]);
        await Expect(board.Timeline.Nth(0)).ToContainTextAsync("member-of-a-test (member)");
        await Expect(board.Timeline.Nth(2)).ToContainTextAsync("Complete");
        await Expect(Field(board, "Config")).ToContainTextAsync("say-hello");
        await Expect(Field(board, "word")).ToHaveTextAsync("hello");
        await Expect(Field(board, "deploy_status_code")).ToHaveTextAsync("0");
        await Expect(board.Page.GetByRole(AriaRole.Region, new() { Name = "deploy_stdout" })).ToHaveTextAsync("done");
    }

    [BrowserFact]
    public async Task What_is_in_progress_says_what_it_waits_for()
    {
        await _project.DeployAsync(await _project.ConfigAsync(), timeout: 3600);
        await using var board = await Board.SignedInAsync(_project);

        await Expect(board.Rows).ToContainTextAsync(["Not fetched: the server has never asked"]);
        await board.Rows.GetByRole(AriaRole.Link).First.ClickAsync();

        await Expect(board.Page.Locator(".state")).ToHaveTextAsync("● In progress Not fetched: the server has never asked");
        await Expect(Field(board, "Timeout")).ToHaveTextAsync("3,600 seconds");
        await Expect(Field(board, "Deadline")).ToHaveTextAsync("in 60 min");
        await Expect(Field(board, "Fetched by the agent")).ToContainTextAsync("never");
    }

    [BrowserFact]
    public async Task Values_are_shown_as_they_were_sent()
    {
        var id = await _project.DeployAsync(await _project.ConfigAsync());
        var answer = await _project.SendAsync("PUT", $"software_deployments/{id}",
            """{"input_values": {"exact": 1.0, "long": 12345678901234567890, "list": [1, {"a": null}], "flag": false, "none": null, "empty": ""}}""");
        Assert.Equal(200, answer.Status);
        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");

        await Expect(Field(board, "exact")).ToHaveTextAsync("1.0");
        await Expect(Field(board, "long")).ToHaveTextAsync("12345678901234567890");
        await Expect(Field(board, "flag")).ToHaveTextAsync("false");
        await Expect(Field(board, "none")).ToHaveTextAsync("null");
        await Expect(Field(board, "empty")).ToHaveTextAsync("");
        await Expect(board.Page.GetByRole(AriaRole.Region, new() { Name = "list" })).ToContainTextAsync("\"a\": null");
    }

    [BrowserTheory]
    [InlineData("member")]
    [InlineData("reader")]
    public async Task A_secret_is_not_shown(string role)
    {
        var config = await _project.NamedConfigAsync("a-config", """[{"name": "declared", "hidden": true}, {"name": "plain"}]""");
        var id = await _project.DeployAsync(config, inputs: new() { ["declared"] = "secret-1", ["db_password"] = "secret-2", ["plain"] = "seen", ["deep"] = "{\"pwd\": \"secret-3\"}" });
        await _project.ReportAsync(id, "COMPLETE", outputs: new() { ["admin_password"] = "secret-4", ["link"] = "https://host/o?sig=secret-5" });
        await using var board = await Board.SignedInAsync(_project, role, $"deployments/{id}");

        await Expect(Field(board, "plain")).ToHaveTextAsync("seen");
        await Expect(Field(board, "declared")).ToHaveTextAsync("•••• hidden");
        await Expect(Field(board, "db_password")).ToHaveTextAsync("•••• hidden");
        await Expect(Field(board, "deep")).ToHaveTextAsync("{\"pwd\": \"••••\"}");
        await Expect(Field(board, "admin_password")).ToHaveTextAsync("•••• hidden");
        await Expect(Field(board, "link")).ToHaveTextAsync("https://host/o?sig=••••");
        Assert.DoesNotContain("secret-", await board.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task An_output_is_copied_and_saved_as_it_was_sent()
    {
        const string Text = "\u001b[31mred\u001b[0m\r\nsecond line\n";
        var id = await _project.DeployAsync(await _project.ConfigAsync());
        await _project.ReportAsync(id, "COMPLETE", outputs: new() { ["deploy_stdout"] = Text });
        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");

        await Expect(board.Page.GetByRole(AriaRole.Region, new() { Name = "deploy_stdout" })).ToHaveTextAsync("red second line");
        await board.Button("Copy deploy_stdout").ClickAsync();
        await Expect(board.Page.GetByText("deploy_stdout copied.")).ToBeVisibleAsync();
        Assert.Equal(Text, await board.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        var download = await board.Page.RunAndWaitForDownloadAsync(() => board.Button("Download deploy_stdout").ClickAsync());
        Assert.Equal($"deploy_stdout-{id}.txt", download.SuggestedFilename);
        Assert.Equal(Text, await File.ReadAllTextAsync(await download.PathAsync()));
    }

    [BrowserFact]
    public async Task The_request_is_copied_with_a_placeholder_for_the_token()
    {
        var id = await _project.DeployAsync(await _project.ConfigAsync());
        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");

        await board.Button("Copy as curl").ClickAsync();
        await Expect(board.Page.GetByText("Copied as curl.")).ToBeVisibleAsync();

        var address = new Uri(Board.AddressOf(_project.App), $"/v1/{_project.Id}/software_deployments/{id}?detail=true&values=masked");
        Assert.Equal($"curl -s -H \"X-Auth-Token: $TOKEN\" '{address}'", await board.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    [BrowserFact]
    public async Task Copying_works_where_the_browser_has_only_the_old_way()
    {
        var id = await _project.DeployAsync(await _project.ConfigAsync());
        await using var board = await Board.NewAsync(Board.AddressOf(_project.App));
        // As on a page that did not come by a secure connection.
        await board.Page.AddInitScriptAsync("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
        await board.OpenAsync($"{_project.Id}/deployments/{id}");
        await board.SignInAsync(await _project.MemberTokenAsync());

        await board.Button("Delete…").ClickAsync();
        await board.Page.Locator("dialog").GetByRole(AriaRole.Button, new() { Name = "Copy as curl" }).ClickAsync();
        await Expect(board.Page.Locator("dialog").GetByText("Copied")).ToBeVisibleAsync();
        await board.Button("Cancel").ClickAsync();
        await board.Link("Servers").ClickAsync();
        await board.Page.GetByLabel("Text in the server’s id").PressAsync("ControlOrMeta+V");

        await Expect(board.Page.GetByLabel("Text in the server’s id")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex($"^curl -s -X DELETE .*{id}'$"));
    }

    [BrowserFact]
    public async Task The_history_of_a_deleted_deployment_can_still_be_read()
    {
        var id = await _project.DeployAsync(await _project.ConfigAsync());
        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_deployments/{id}")).Status);
        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");

        await Expect(board.Page.GetByText("This deployment is not there")).ToBeVisibleAsync();
        await Expect(board.Timeline).ToContainTextAsync(["Created", "Deleted"]);
    }

    [BrowserFact]
    public async Task A_long_history_is_shown_page_by_page()
    {
        var id = await _project.DeployAsync(await _project.ConfigAsync());
        for (var number = 0; number < 110; number++)
        {
            await _project.ReportAsync(id, "IN_PROGRESS", $"step {number}");
        }

        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");
        await Expect(board.Timeline).ToHaveCountAsync(100);
        await board.Button("Show later events").ClickAsync();

        await Expect(board.Timeline).ToHaveCountAsync(111);
        await Expect(board.Timeline.Last).ToContainTextAsync("step 109");
        await Expect(board.Button("Show later events")).Not.ToBeVisibleAsync();
        await _project.ReportAsync(id, "COMPLETE", "the last step");
        await Expect(board.Timeline.Last).ToContainTextAsync("the last step");
    }

    private static ILocator Field(Board board, string name) =>
        board.Page.Locator(".fields > div").Filter(new() { Has = board.Page.Locator("dt").GetByText(name, new() { Exact = true }) }).Locator("dd");
}
