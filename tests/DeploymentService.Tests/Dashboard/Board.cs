using System.Collections.Concurrent;
using DeploymentService.Tests.Support;
using Microsoft.Playwright;

namespace DeploymentService.Tests.Dashboard;

/// <summary>
/// The board in a browser, as an operator has it. At its end it fails the test when the page broke its own policy, or when anything else
/// went wrong in it that nobody saw.
/// </summary>
public sealed class Board : IAsyncDisposable
{
    // What the browser itself says of every answer that is not 2xx, and of a connection that is gone: the board's answer to those is on the page.
    private static readonly string[] Expected = ["Failed to load resource", "net::ERR_"];

    private readonly ConcurrentQueue<string> _faults = new();
    private readonly Uri _address;

    private Board(Uri address, IPage page)
    {
        _address = address;
        Page = page;
        page.PageError += (_, error) => _faults.Enqueue(error);
        page.Console += (_, message) => Note(message);
        page.Dialog += (_, dialog) => _faults.Enqueue($"a dialog: {dialog.Message}");
    }

    public IPage Page { get; }

    /// <summary>The rows of the table of deployments.</summary>
    public ILocator Rows => Page.Locator("table.deployments tbody tr");

    /// <summary>What happened to the deployment, entry by entry.</summary>
    public ILocator Timeline => Page.Locator(".timeline li");

    /// <summary>Whether the page is live.</summary>
    public ILocator LiveState => Page.Locator(".live [role=status]");

    /// <summary>A browser's window on the service, without a page yet.</summary>
    public static async Task<Board> NewAsync(Uri address, int width = 1280, int height = 900)
    {
        var context = await Browser.NewContextAsync(width, height);
        // Violations are noted by the page itself, from before its first line on, and told over the console.
        await context.AddInitScriptAsync(
            "addEventListener('securitypolicyviolation', event => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample))");
        return new Board(address, await context.NewPageAsync());
    }

    /// <summary>The board of a project, signed in with a token, at a place such as <c>deployments?status=FAILED</c>.</summary>
    public static async Task<Board> SignedInAsync(Project project, string role = "member", string place = "deployments", int width = 1280)
    {
        var board = await NewAsync(AddressOf(project.App), width);
        await board.OpenAsync($"{project.Id}/{place}");
        await board.SignInAsync(role == "member" ? await project.MemberTokenAsync() : await project.TokenAsync(role));
        return board;
    }

    /// <summary>Where an application of the tests listens.</summary>
    public static Uri AddressOf(ServiceApp app)
    {
        using var client = app.CreateDefaultClient();
        return client.BaseAddress!;
    }

    /// <summary>Opens a place of the board by its address, as a link from elsewhere does.</summary>
    public async Task OpenAsync(string place = "")
    {
        await Page.GotoAsync(new Uri(_address, place.Length == 0 ? "dashboard" : $"dashboard#/{place}").ToString());
        await Assertions.Expect(Page.Locator("#board > *")).Not.ToHaveCountAsync(0);
    }

    /// <summary>Fills the form that asks who one is.</summary>
    public async Task SignInAsync(string token, string? project = null)
    {
        if (project is not null)
        {
            await Page.GetByLabel("Project").FillAsync(project);
        }

        await Page.GetByLabel("Token").FillAsync(token);
        await Button("Sign in").ClickAsync();
        await Assertions.Expect(Page.GetByLabel("Token")).Not.ToBeVisibleAsync();
    }

    /// <summary>Waits until the stream is followed.</summary>
    public Task IsLiveAsync() => Assertions.Expect(LiveState).ToContainTextAsync("Live");

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    /// <summary>A counter, by its name.</summary>
    public ILocator Counter(string name) => Page.GetByLabel("Counters").GetByRole(AriaRole.Link, new() { Name = name });

    public async ValueTask DisposeAsync()
    {
        await Page.Context.CloseAsync();
        Assert.Empty(_faults);
    }

    private void Note(IConsoleMessage message)
    {
        if (message.Type is "error" or "warning" && !Expected.Any(expected => message.Text.Contains(expected, StringComparison.Ordinal)))
        {
            _faults.Enqueue($"{message.Type}: {message.Text}");
        }
    }
}
