using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Dashboard;

/// <summary>What is seen at first sight: rows, true words, and nothing that jumps.</summary>
public sealed class FirstScreenTests
{
    private const string RowsInView =
        "[...document.querySelectorAll('tbody tr')].map(row => row.getBoundingClientRect()).filter(box => box.height && box.top >= 0 && box.bottom <= innerHeight).length";

    private const string NoteShifts =
        "window.shifted = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => { shifted += entry.hadRecentInput ? 0 : entry.value; })).observe({ type: 'layout-shift', buffered: true })";

    private readonly Project _project = ServiceApp.NewProject();

    [BrowserTheory]
    [InlineData(1440, 900, 15)]
    [InlineData(1024, 768, 10)]
    [InlineData(390, 844, 3)]
    public async Task The_first_screen_shows_rows_and_nothing_jumps(int width, int height, int rows)
    {
        var config = await _project.NamedConfigAsync("a-config-with-a-name-that-is-longer-than-its-column");
        for (var number = 0; number < 40; number++)
        {
            await _project.ReportAsync(await _project.DeployAsync(config, $"a-server-in-a-rack-in-a-hall-{number:00}.example.com", timeout: 60), "FAILED", $"exit status {number}: {new string('x', 300)}");
        }

        await using var board = await Board.NewAsync(Board.AddressOf(_project.App), width: width, height: height);
        await board.OpenAsync($"{_project.Id}/deployments");
        await board.SignInAsync(await _project.MemberTokenAsync());
        await board.Page.Context.AddInitScriptAsync(NoteShifts);
        await board.Page.ReloadAsync();
        await Expect(board.Rows).ToHaveCountAsync(40);
        await board.IsLiveAsync();

        Assert.InRange(await board.Page.EvaluateAsync<int>(RowsInView), rows, 40);
        Assert.InRange(await board.Page.EvaluateAsync<double>("shifted"), 0, 0.05);
        await board.Rows.First.GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(board.Timeline).ToHaveCountAsync(2);
        Assert.InRange(await board.Page.EvaluateAsync<double>("shifted"), 0, 0.05);
        await board.Page.ReloadAsync();
        await Expect(board.Timeline).ToHaveCountAsync(2);
        await board.IsLiveAsync();
        Assert.InRange(await board.Page.EvaluateAsync<double>("shifted"), 0, 0.05);
    }

    [BrowserFact]
    public async Task A_bar_of_the_chart_leads_to_what_it_counts()
    {
        var config = await _project.ConfigAsync();
        await _project.ReportAsync(await _project.DeployAsync(config, "failed"), "FAILED");
        await _project.ReportAsync(await _project.DeployAsync(config, "complete"), "COMPLETE");
        await using var board = await Board.SignedInAsync(_project);
        await Expect(board.Page.GetByText("▲ 2 reports")).ToBeVisibleAsync();
        await Expect(board.Page.GetByText("▼ 1 failure")).ToBeVisibleAsync();

        await board.Page.GetByText("As a table").ClickAsync();
        await board.Page.Locator(".chart tbody tr").Last.GetByRole(AriaRole.Link).Last.ClickAsync();
        await Expect(board.Rows).ToContainTextAsync(["failed"]);
        await Expect(board.Rows).ToHaveCountAsync(1);
        await board.Page.GoBackAsync();
        await board.Page.Locator(".plot a").Nth(46).ClickAsync();
        await Expect(board.Rows).ToHaveCountAsync(2);

        Assert.Contains("changed_since=", board.Page.Url, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Why_is_worded_in_the_operators_own_time_and_a_deadline_that_passed_says_so()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(90));
        await using var app = new ServiceApp(replace: services => services.AddSingleton<TimeProvider>(clock));
        app.StartServer();
        var project = new Project(app);
        var id = await project.DeployAsync(await project.ConfigAsync(), timeout: 1);
        clock.Advance(TimeSpan.FromSeconds(30));
        await using var board = await Board.SignedInAsync(project);

        await Expect(board.Rows).ToContainTextAsync([": its timeout was 1 second"]);
        await Expect(board.Rows).ToContainTextAsync(["Not fetched: the server has never asked; Overdue for"]);
        await Expect(board.Rows.Locator(".why")).Not.ToContainTextAsync("T0");
        await board.OpenAsync($"{project.Id}/deployments/{id}");
        await Expect(board.Page.Locator(".fields")).ToContainTextAsync("Timeout1 second");
        await Expect(board.Page.Locator(".fields")).ToContainTextAsync("Deadlinepassed");
        await Expect(board.Page.Locator(".state")).ToContainTextAsync("In progress ! Overdue");
    }

    [BrowserFact]
    public async Task A_time_is_relative_and_the_exact_one_is_on_hover_and_on_paper()
    {
        await _project.DeploymentAsync();
        await using var board = await Board.SignedInAsync(_project);
        var time = board.Rows.Locator("[data-label=Changed] time");

        await Expect(time).ToHaveTextAsync("just now");
        await Expect(time).ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex(@"^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$"));
        await Expect(board.Page.GetByText("Times: ")).ToHaveCountAsync(1);
        await board.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(board.Page.GetByLabel("Filters")).Not.ToBeVisibleAsync();
        Assert.StartsWith("\"20", await time.EvaluateAsync<string>("time => getComputedStyle(time, '::after').content"), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task The_page_is_not_live_while_something_on_it_could_not_be_had()
    {
        await _project.DeploymentAsync("a-server");
        await using var board = await Board.SignedInAsync(_project);
        await Expect(board.Rows).ToContainTextAsync(["a-server"]);
        await board.IsLiveAsync();
        await board.Page.RouteAsync("**/software_deployments?**", route => route.AbortAsync());
        await _project.DeploymentAsync("another-server");

        await Expect(board.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("cannot be reached");
        await Expect(board.LiveState).ToContainTextAsync("Not up to date");
        await board.Page.UnrouteAllAsync();

        // By itself, and long before everything is looked at anew.
        await Expect(board.Rows).ToHaveCountAsync(2, new() { Timeout = 15_000 });
        await board.IsLiveAsync();
        await Expect(board.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task The_history_is_never_above_the_title()
    {
        var id = await _project.DeploymentAsync();
        await using var board = await Board.SignedInAsync(_project);
        await board.IsLiveAsync();
        await board.Page.RouteAsync($"**/software_deployments/{id}?**", route => route.AbortAsync());
        await board.Rows.GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(board.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("cannot be reached");
        await board.Page.UnrouteAllAsync();

        await Expect(board.Timeline).ToHaveCountAsync(1);
        Assert.Equal(["H1", "H2", "H2", "H2"], await board.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('main h1, main h2')].map(heading => heading.tagName)"));
        Assert.Equal("History", await board.Page.Locator("main h2").Last.TextContentAsync());
    }
}
