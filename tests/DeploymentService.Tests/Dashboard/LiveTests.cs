using DeploymentService.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Dashboard;

/// <summary>Watching a rollout: what happens is seen, and the board says when it is not.</summary>
public sealed class LiveTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [BrowserFact]
    public async Task A_report_is_seen_without_a_reload()
    {
        var config = await _project.ConfigAsync();
        var id = await _project.DeployAsync(config);
        await using var board = await Board.SignedInAsync(_project);
        await board.IsLiveAsync();
        await Expect(board.Rows).ToContainTextAsync(["In progress"]);

        await _project.ReportAsync(id, "FAILED", "the disk is full");
        await Expect(board.Rows).ToContainTextAsync(["the disk is full"]);
        await Expect(board.Counter("Failed")).ToContainTextAsync("1");
        await _project.DeployAsync(config, "another-server");

        await Expect(board.Rows).ToContainTextAsync(["another-server", "the disk is full"]);
    }

    [BrowserFact]
    public async Task A_pause_holds_the_page_still_until_it_ends()
    {
        var id = await _project.DeploymentAsync();
        await using var board = await Board.SignedInAsync(_project);
        await board.IsLiveAsync();
        await board.Button("Pause").ClickAsync();
        await Expect(board.LiveState).ToContainTextAsync("Paused");

        await _project.ReportAsync(id, "FAILED", "the disk is full");

        await Expect(board.Page.GetByText("1 new")).ToBeVisibleAsync();
        await Expect(board.Rows).ToContainTextAsync(["In progress"]);
        await Expect(board.Counter("Failed")).ToContainTextAsync("0");
        await board.Button("Resume").ClickAsync();
        await Expect(board.Rows).ToContainTextAsync(["the disk is full"]);
        await Expect(board.Counter("Failed")).ToContainTextAsync("1");
        await Expect(board.Page.GetByText("1 new")).Not.ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task However_much_happens_the_page_asks_about_once_a_second()
    {
        var id = await _project.DeploymentAsync();
        await using var board = await Board.SignedInAsync(_project);
        await board.IsLiveAsync();
        var asked = 0;
        board.Page.Request += (_, request) => asked += request.Url.EndsWith("/summary", StringComparison.Ordinal) ? 1 : 0;
        var begun = TimeProvider.System.GetTimestamp();

        for (var number = 0; number < 300; number++)
        {
            await _project.ReportAsync(id, "IN_PROGRESS", $"step {number}");
        }

        await _project.ReportAsync(id, "COMPLETE", "the last step");
        await Expect(board.Rows).ToContainTextAsync(["the last step"]);
        Assert.InRange(asked, 1, TimeProvider.System.GetElapsedTime(begun).TotalSeconds + 3);
    }

    [BrowserFact]
    public async Task A_connection_that_is_lost_is_found_again_and_nothing_is_missed()
    {
        using var folder = new TempFolder();
        await using var service = await ServiceProcess.StartedAsync(folder.Name);
        var address = await service.AddressAsync();
        using var client = await service.ClientAsync();
        var config = await PostAsync(client, "software_configs", """{"name": "a-config"}""");
        await using var board = await Board.NewAsync(address);
        await board.OpenAsync("demo/deployments");
        await board.SignInAsync(ServiceProcess.AdminToken);
        await board.IsLiveAsync();

        await service.KillAsync();
        await Expect(board.LiveState).ToHaveTextAsync("✗ Connection lost, retrying…");
        await board.Link("Servers").ClickAsync();
        await Expect(board.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("cannot be reached");
        await Expect(board.Counter("Failed")).ToBeVisibleAsync();

        await using var again = await ServiceProcess.StartedAsync(folder.Name, environment: ("ASPNETCORE_URLS", address.ToString()));
        using var other = await again.ClientAsync();
        await PostAsync(other, "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "made-before-it-was-found"}""");
        await board.IsLiveAsync();

        await Expect(board.Page.Locator("table.servers tbody tr")).ToContainTextAsync(["made-before-it-was-found"]);
        await Expect(board.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task A_place_that_the_stream_does_not_know_makes_the_page_look_anew()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        await using var service = await ServiceProcess.StartedAsync(folder.Name);
        var address = await service.AddressAsync();
        using var client = await service.ClientAsync();
        var config = await PostAsync(client, "software_configs", """{"name": "a-config"}""");
        await using var board = await Board.NewAsync(address);
        await board.OpenAsync("demo/deployments");
        await board.SignInAsync(ServiceProcess.AdminToken);
        await board.IsLiveAsync();
        await PostAsync(client, "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "of-the-one"}""");
        await Expect(board.Rows).ToContainTextAsync(["of-the-one"]);

        await service.KillAsync();
        await Expect(board.LiveState).ToContainTextAsync("Connection lost");
        await using var again = await ServiceProcess.StartedAsync(other.Name, environment: ("ASPNETCORE_URLS", address.ToString()));

        await Expect(board.Page.GetByText("No deployments match.")).ToBeVisibleAsync();
        await board.IsLiveAsync();
    }

    [BrowserFact]
    public async Task A_service_that_cannot_answer_now_is_a_sentence_and_the_rows_stay()
    {
        await _project.DeploymentAsync("a-server");
        await using var board = await Board.SignedInAsync(_project);
        await Expect(board.Rows).ToContainTextAsync(["a-server"]);
        await board.IsLiveAsync();
        // The one answer that cannot be had from a service that is well.
        await board.Page.RouteAsync("**/software_deployments?**", route => route.FulfillAsync(new()
        {
            Status = 503,
            ContentType = "application/json",
            Body = """{"code": 503, "error": {"message": "The database is held by another program: try again in a moment."}}""",
        }));

        await _project.DeploymentAsync("another-server");

        await Expect(board.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("held by another program");
        await Expect(board.Rows).ToContainTextAsync(["a-server"]);
        await board.Page.UnrouteAllAsync();
        await _project.DeploymentAsync("third-server");
        await Expect(board.Rows).ToHaveCountAsync(3);
        await Expect(board.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    private static async Task<string> PostAsync(HttpClient client, string path, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri($"v1/demo/{path}", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
        var json = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return json.AsObject().Single().Value!["id"]!.GetValue<string>();
    }
}
