using DeploymentService.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Dashboard;

/// <summary>
/// A 401 never makes the browser ask for a password itself, at which the page's request would hang: also on a name of the host, where the browser does not say
/// that a page asks.
/// </summary>
public sealed class PasswordDialogueTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [BrowserTheory]
    [InlineData("127.0.0.1")]
    [InlineData(Browser.PlainName)]
    public async Task The_board_is_refused_in_words(string host)
    {
        await using var board = await Board.NewAsync(AddressOn(host));
        await board.OpenAsync(_project.Id);

        await board.Page.GetByLabel("Token").FillAsync("a-guess");
        await board.Button("Sign in").ClickAsync();

        await Expect(board.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not know this token");
    }

    [BrowserTheory]
    [InlineData("127.0.0.1")]
    [InlineData(Browser.PlainName)]
    public async Task Without_a_token_the_board_asks_for_one(string host)
    {
        await using var board = await Board.NewAsync(AddressOn(host));
        await board.OpenAsync(_project.Id);

        // As the page itself asks before it knows whether a token is needed.
        var status = await board.Page.EvaluateAsync<int>(
            $$"""async () => { const { Api } = await import('./dashboard/api.js'); return new Api('{{_project.Id}}', '').get('caller').catch(error => error.status); }""");

        Assert.Equal(401, status);
    }

    [BrowserTheory]
    [InlineData("127.0.0.1")]
    [InlineData(Browser.PlainName)]
    public async Task Swagger_ui_shows_the_401(string host)
    {
        var context = await Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(AddressOn(host), "swagger/index.html").ToString());
        await page.Locator("#operations-Software_configs-listConfigs, [id*=listConfigs]").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Try it out" }).ClickAsync();
        await page.GetByPlaceholder("project_id").FillAsync(_project.Id);
        await page.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync();

        await Expect(page.Locator(".live-responses-table .response-col_status").Last).ToContainTextAsync("401");
        await context.CloseAsync();
    }

    private Uri AddressOn(string host) => new UriBuilder(Board.AddressOf(_project.App)) { Host = host }.Uri;
}
