using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Dashboard;

/// <summary>The servers: all of them, those that went silent, and one with its deployments.</summary>
public sealed class ServerTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [BrowserFact]
    public async Task A_server_is_found_and_shown_with_its_deployments()
    {
        var config = await _project.ConfigAsync();
        await _project.ReportAsync(await _project.DeployAsync(config, "web/1 ü"), "FAILED", "the disk is full");
        await _project.DeployAsync(config, "web/1 ü");
        await _project.DeployAsync(config, "database");
        await using var board = await Board.SignedInAsync(_project, place: "servers");
        var servers = board.Page.Locator("table.servers tbody tr");

        await Expect(servers).ToContainTextAsync(["database", "web/1 ü"]);
        await board.Page.GetByLabel("Text in the server’s id").FillAsync("WEB");
        await Expect(servers).ToHaveCountAsync(1);
        await Expect(servers.First.Locator("[data-label=Failed]")).ToHaveTextAsync("1");
        await board.Link("web/1 ü").ClickAsync();
        await Expect(board.Rows).ToHaveCountAsync(2);
        await board.Page.GetByLabel("Failed", new() { Exact = true }).CheckAsync();
        await Expect(board.Rows).ToHaveCountAsync(1);
        await board.Page.ReloadAsync();

        await Expect(board.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Server web/1 ü");
        await Expect(board.Rows).ToContainTextAsync(["the disk is full"]);
    }

    [BrowserFact]
    public async Task Servers_come_page_by_page()
    {
        var config = await _project.ConfigAsync();
        await Task.WhenAll(Enumerable.Range(0, 52).Select(number => _project.DeployAsync(config, $"server-{number:00}")));

        await using var board = await Board.SignedInAsync(_project, place: "servers");
        var servers = board.Page.Locator("table.servers tbody tr");
        await Expect(servers).ToHaveCountAsync(50);
        await board.Link("Next").ClickAsync();
        await Expect(servers).ToContainTextAsync(["server-50", "server-51"]);
        await board.Link("First page").ClickAsync();

        await Expect(servers.First).ToContainTextAsync("server-00");
    }

    [BrowserFact]
    public async Task A_counter_leads_to_the_servers_that_went_silent_and_to_what_is_overdue()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var app = new ServiceApp(replace: services => services.AddSingleton<TimeProvider>(clock));
        app.StartServer();
        var project = new Project(app);
        var agent = await Agent.OfAsync(project, "silent-server");
        var config = await project.ConfigAsync();
        await project.DeployAsync(config, "silent-server", timeout: 60);
        await agent.PollAsync();
        clock.Advance(TimeSpan.FromMinutes(4));
        await (await Agent.OfAsync(project, "other-server")).PollAsync();
        await project.DeployAsync(config, "other-server");
        // Longer than five minutes after its fetch, and less than five after its deadline, when it would be given up.
        clock.Advance(TimeSpan.FromSeconds(100));

        await using var board = await Board.SignedInAsync(project);
        await Expect(board.Counter("Silent servers")).ToContainTextAsync("1");
        await board.Counter("Silent servers").ClickAsync();
        await Expect(board.Page.Locator("table.servers tbody tr")).ToHaveCountAsync(1);
        await Expect(board.Page.Locator("table.servers tbody tr")).ToContainTextAsync("silent-server? Silent for");
        await Expect(board.Page.GetByLabel("Silent only")).ToBeCheckedAsync();
        await Expect(board.Counter("Overdue")).ToContainTextAsync("1");
        await board.Counter("Overdue").ClickAsync();

        await Expect(board.Rows).ToHaveCountAsync(1);
        await Expect(board.Rows).ToContainTextAsync(["! Overdue"]);
        await Expect(board.Page.GetByLabel("Overdue", new() { Exact = true })).ToBeCheckedAsync();
    }
}
