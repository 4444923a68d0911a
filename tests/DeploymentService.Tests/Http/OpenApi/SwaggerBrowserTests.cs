using DeploymentService.Tests.Dashboard;
using DeploymentService.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Http.OpenApi;

/// <summary>Swagger UI in a browser, as somebody has it who tries a call.</summary>
public sealed class SwaggerBrowserTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [BrowserFact]
    public async Task Who_has_authorized_stays_so_over_a_reload_in_this_tab_alone()
    {
        var token = await _project.MemberTokenAsync();
        var page = await OpenAsync(_project.App);
        await AuthorizeAsync(page, token);

        await page.ReloadAsync();

        await Expect(page.Locator(".btn.authorize.locked")).ToBeVisibleAsync();
        await TryAsync(page, "showCaller", 200);
        Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length + document.cookie.length"));
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync(page.Url);
        await Expect(other.Locator(".btn.authorize.unlocked")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Who_has_signed_out_stays_so_over_a_reload()
    {
        var page = await OpenAsync(_project.App);
        await AuthorizeAsync(page, await _project.MemberTokenAsync());
        await page.Locator(".btn.authorize").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove authorization" }).ClickAsync();

        await page.ReloadAsync();

        await Expect(page.Locator(".btn.authorize.unlocked")).ToBeVisibleAsync();
        Assert.DoesNotContain(await _project.MemberTokenAsync(), await page.EvaluateAsync<string>("JSON.stringify(sessionStorage)"), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task The_example_of_the_update_works_with_the_id_of_a_deployment()
    {
        var deployment = await _project.DeploymentAsync();
        var page = await OpenAsync(_project.App);
        await AuthorizeAsync(page, await _project.MemberTokenAsync());

        await TryAsync(page, "updateDeployment", 200, ("deployment_id", deployment));

        var shown = await _project.SendAsync("GET", $"software_deployments/{deployment}");
        Assert.Equal("COMPLETE", shown.Json["software_deployment"]!["status"]!.GetValue<string>());
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task The_page_calls_the_address_that_it_was_opened_at_also_with_another_public_one()
    {
        await using var app = new ServiceApp(new() { ["PublicUrl"] = "https://heat.example.com", ["Authentication:Mode"] = "None" });
        app.StartServer();
        var page = await OpenAsync(app);

        await TryAsync(page, "showCaller", 200);

        await page.Context.CloseAsync();
    }

    private static async Task<IPage> OpenAsync(ServiceApp app)
    {
        var context = await Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(Board.AddressOf(app), "swagger").ToString());
        await Expect(page.Locator(".opblock").First).ToBeVisibleAsync();
        return page;
    }

    private static async Task AuthorizeAsync(IPage page, string token)
    {
        await page.Locator(".btn.authorize").ClickAsync();
        var way = page.Locator(".auth-container", new() { HasText = "X-Auth-Token" });
        await way.Locator("input").FillAsync(token);
        await way.GetByRole(AriaRole.Button, new() { Name = "Apply credentials" }).ClickAsync();
        await way.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(page.Locator(".btn.authorize.locked")).ToBeVisibleAsync();
    }

    /// <summary>Sends the example of a call, in the test's project and with other values where they are given.</summary>
    private async Task TryAsync(IPage page, string operationId, int status, params (string Name, string Value)[] values)
    {
        var call = page.Locator($"[id$='-{operationId}']");
        await call.Locator(".opblock-summary-control").ClickAsync();
        await call.GetByRole(AriaRole.Button, new() { Name = "Try it out" }).ClickAsync();
        await Expect(call.Locator("tr[data-param-name=project_id] input")).ToHaveValueAsync("demo");
        foreach (var (name, value) in values.Append(("project_id", _project.Id)))
        {
            await call.Locator($"tr[data-param-name={name}] input").FillAsync(value);
        }

        await call.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync();
        await Expect(call.Locator(".live-responses-table .response .response-col_status").First).ToContainTextAsync($"{status}");
    }
}
