using Microsoft.Playwright;

namespace DeploymentService.Tests.Dashboard;

/// <summary>A test in a browser. Where the machine has none, it shows as skipped.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Browser.Missing;
}

/// <summary>The same for a test with data.</summary>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Browser.Missing;
}

/// <summary>The one Chromium of the tests: started for the first of them, it ends with the process.</summary>
public static class Browser
{
    /// <summary>A name of this host to the browser, which trusts the pages behind it less than those of an address of this host.</summary>
    public const string PlainName = "board.example";

    private static readonly string? Executable =
        new[] { Environment.GetEnvironmentVariable("CHROMIUM"), "/usr/bin/chromium" }.FirstOrDefault(path => !string.IsNullOrEmpty(path) && File.Exists(path));

    private static readonly Lazy<Task<IBrowser>> LazyShared = new(StartAsync);

    /// <summary>Why there is no browser; null when there is.</summary>
    public static string? Missing { get; } = Executable is null ? "There is no Chromium: install it, or say in CHROMIUM where it is." : null;

    /// <summary>A context of a test's own: its own storage, its own connections.</summary>
    public static async Task<IBrowserContext> NewContextAsync(int width = 1280, int height = 900)
    {
        var browser = await LazyShared.Value;
        var context = await browser.NewContextAsync(new()
        {
            ColorScheme = ColorScheme.Light,
            ViewportSize = new() { Width = width, Height = height },
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        // The machine may be busy with all the other tests.
        context.SetDefaultTimeout(60_000);
        return context;
    }

    private static async Task<IBrowser> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(60_000);
        // Containers run the tests as root and without the means of Chromium's own sandbox.
        return await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, ChromiumSandbox = false, Args = [$"--host-resolver-rules=MAP {PlainName} 127.0.0.1"] });
    }
}
