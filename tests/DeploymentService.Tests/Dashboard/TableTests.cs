using System.Collections.Concurrent;
using System.Web;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Dashboard;

/// <summary>Finding deployments: counters, filters, order, pages; and all of it in the address.</summary>
public sealed class TableTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [BrowserFact]
    public async Task A_counter_leads_to_what_it_counts()
    {
        var config = await _project.ConfigAsync();
        foreach (var status in new[] { "FAILED", "FAILED", "COMPLETE" })
        {
            await _project.ReportAsync(await _project.DeployAsync(config), status, "because");
        }

        await _project.DeployAsync(config);
        await using var board = await Board.SignedInAsync(_project);

        await Expect(board.Rows).ToHaveCountAsync(4);
        await Expect(board.Counter("Failed")).ToContainTextAsync("2");
        await Expect(board.Counter("Complete")).ToContainTextAsync("1");
        await Expect(board.Counter("In progress")).ToContainTextAsync("1");
        await board.Counter("Failed").ClickAsync();

        await Expect(board.Rows).ToHaveCountAsync(2);
        await Expect(board.Rows.First).ToContainTextAsync("Failed");
        await Expect(board.Counter("Failed")).ToHaveAttributeAsync("aria-current", "page");
        Assert.EndsWith($"#/{_project.Id}/deployments?status=FAILED", board.Page.Url, StringComparison.Ordinal);
        await Expect(board.Page.GetByLabel("Failed", new() { Exact = true })).ToBeCheckedAsync();
    }

    [BrowserFact]
    public async Task Pages_are_loaded_one_by_one_and_the_way_back_is_the_browsers()
    {
        var config = await _project.ConfigAsync();
        await Task.WhenAll(Enumerable.Range(0, 105).Select(number => _project.DeployAsync(config, $"server-{number:000}")));

        await using var board = await Board.NewAsync(Board.AddressOf(_project.App));
        var requests = new ConcurrentQueue<string>();
        board.Page.Request += (_, request) => requests.Enqueue(request.Url);
        await board.OpenAsync($"{_project.Id}/deployments?sort_key=server_id&sort_dir=asc");
        await board.SignInAsync(await _project.MemberTokenAsync());

        await Expect(board.Rows).ToHaveCountAsync(50);
        await board.Link("Next").ClickAsync();
        await Expect(board.Rows.First).ToContainTextAsync("server-050");
        await board.Link("Next").ClickAsync();
        await Expect(board.Rows).ToHaveCountAsync(5);
        await Expect(board.Page.GetByText("This is the last page.")).ToBeVisibleAsync();
        await board.Page.ReloadAsync();
        await Expect(board.Rows.First).ToContainTextAsync("server-100");
        await board.Button("Previous").ClickAsync();
        await Expect(board.Rows.First).ToContainTextAsync("server-050");
        await board.Page.GoBackAsync();
        await Expect(board.Rows.First).ToContainTextAsync("server-000");
        await board.Page.GoForwardAsync();
        await board.Link("First page").ClickAsync();

        await Expect(board.Rows.First).ToContainTextAsync("server-000");
        await Expect(board.Link("First page")).Not.ToBeVisibleAsync();
        var lists = requests.Where(url => url.Contains("software_deployments?", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(lists);
        Assert.All(lists, list =>
        {
            var query = HttpUtility.ParseQueryString(new Uri(list).Query);
            Assert.Equal(("50", "true", "false"), (query["limit"], query["detail"], query["values"]));
        });
    }

    [BrowserFact]
    public async Task Filters_are_in_the_address_and_outlive_a_reload()
    {
        var config = await _project.NamedConfigAsync("one");
        var other = await _project.NamedConfigAsync("two");
        await _project.ReportAsync(await _project.DeployAsync(config, "alpha", "UPDATE"), "FAILED", "the disk is full");
        await _project.ReportAsync(await _project.DeployAsync(other, "alpha"), "FAILED", "the net is gone");
        await _project.DeployAsync(other, "beta");
        await using var board = await Board.SignedInAsync(_project);
        await Expect(board.Rows).ToHaveCountAsync(3);

        await board.Page.GetByLabel("Failed", new() { Exact = true }).CheckAsync();
        await Expect(board.Rows).ToHaveCountAsync(2);
        await board.Page.GetByLabel("Search in reason, server, config or id").PressSequentiallyAsync("DISK");
        await Expect(board.Rows).ToHaveCountAsync(1);
        await board.Page.ReloadAsync();

        await Expect(board.Rows).ToHaveCountAsync(1);
        await Expect(board.Rows).ToContainTextAsync("the disk is full");
        await Expect(board.Page.GetByLabel("Search in reason, server, config or id")).ToHaveValueAsync("DISK");
        await Expect(board.Page.GetByLabel("Failed", new() { Exact = true })).ToBeCheckedAsync();
        // One step back for the word, however many letters it has.
        await board.Page.GoBackAsync();
        await Expect(board.Rows).ToHaveCountAsync(2);
        await Expect(board.Page.GetByLabel("Search in reason, server, config or id")).ToHaveValueAsync("");
        await board.Page.GetByLabel("Config name").FillAsync("two");
        await Expect(board.Rows).ToContainTextAsync(["the net is gone"]);
        await board.Button("Clear filters").ClickAsync();
        await board.Page.GetByLabel("Action").FillAsync("UPDATE");
        await Expect(board.Rows).ToContainTextAsync(["the disk is full"]);
        await board.Button("Clear filters").ClickAsync();
        await board.Page.GetByLabel("Server", new() { Exact = true }).FillAsync("beta");
        await Expect(board.Rows).ToContainTextAsync(["beta"]);
        await board.Page.GetByLabel("Server", new() { Exact = true }).FillAsync("gamma");
        await Expect(board.Page.GetByText("No deployments match.")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Several_statuses_are_one_filter()
    {
        var config = await _project.ConfigAsync();
        await _project.ReportAsync(await _project.DeployAsync(config), "FAILED");
        await _project.ReportAsync(await _project.DeployAsync(config), "COMPLETE");
        await _project.DeployAsync(config);
        await using var board = await Board.SignedInAsync(_project);

        await board.Page.GetByLabel("Failed", new() { Exact = true }).CheckAsync();
        await Expect(board.Rows).ToHaveCountAsync(1);
        await board.Page.GetByLabel("Complete", new() { Exact = true }).CheckAsync();
        await Expect(board.Rows).ToHaveCountAsync(2);
        Assert.Contains("status=FAILED%2CCOMPLETE", board.Page.Url, StringComparison.Ordinal);
        await board.Page.GetByLabel("Failed", new() { Exact = true }).UncheckAsync();

        await Expect(board.Rows).ToHaveCountAsync(1);
        await Expect(board.Rows).ToContainTextAsync("Complete");
    }

    [BrowserFact]
    public async Task What_changed_of_late_is_found_page_by_page()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(30));
        await using var app = new ServiceApp(replace: services => services.AddSingleton<TimeProvider>(clock));
        app.StartServer();
        var project = new Project(app);
        var config = await project.ConfigAsync();
        await project.DeployAsync(config, "old");
        // Set and not let pass: what is done every second would be done for each of a day.
        clock.AdjustTime(clock.GetUtcNow() + TimeSpan.FromHours(29.5));
        await Task.WhenAll(Enumerable.Range(0, 51).Select(_ => project.DeployAsync(config, "new")));

        await using var board = await Board.SignedInAsync(project, place: "deployments?sort_key=creation_time");
        await Expect(board.Rows.First).ToContainTextAsync("old");
        await board.Page.GetByLabel("Changed since").SelectOptionAsync("the last 24 hours");
        await Expect(board.Rows.First).ToContainTextAsync("new");
        await board.Link("Next").ClickAsync();

        await Expect(board.Rows).ToHaveCountAsync(1);
        await Expect(board.Page.GetByLabel("Changed since")).ToHaveValueAsync("24h");
        await board.Page.GetByLabel("Changed since").SelectOptionAsync("a time…");
        await board.Page.GetByLabel("Since", new() { Exact = true }).FillAsync("2020-01-01T00:00:01");
        await Expect(board.Rows.First).ToContainTextAsync("old");
        Assert.Contains("changed_since=20", board.Page.Url, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task The_newest_change_is_first_until_a_column_is_sorted_by()
    {
        var config = await _project.ConfigAsync();
        var first = await _project.DeployAsync(config, "bravo");
        await _project.DeployAsync(config, "charlie");
        await _project.DeployAsync(config, "alpha");
        await _project.ReportAsync(first, "COMPLETE");
        await using var board = await Board.SignedInAsync(_project);
        var column = board.Page.GetByRole(AriaRole.Columnheader, new() { Name = "Server" });

        await Expect(board.Page.GetByRole(AriaRole.Columnheader, new() { Name = "Changed" })).ToHaveAttributeAsync("aria-sort", "descending");
        await Expect(column).Not.ToHaveAttributeAsync("aria-sort", "ascending");
        await board.Button("Server").ClickAsync();
        await Expect(board.Rows).ToContainTextAsync(["alpha", "bravo", "charlie"]);
        await Expect(column).ToHaveAttributeAsync("aria-sort", "ascending");
        await board.Button("Server").ClickAsync();
        await Expect(board.Rows).ToContainTextAsync(["charlie", "bravo", "alpha"]);
        await Expect(column).ToHaveAttributeAsync("aria-sort", "descending");
        Assert.Contains("sort_key=server_id&sort_dir=desc", board.Page.Url, StringComparison.Ordinal);
    }
}
