using DeploymentService.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Dashboard;

/// <summary>The board below a path of another site, as a proxy has it that takes the path away.</summary>
public sealed class PathTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [BrowserFact]
    public async Task Below_a_path_everything_is_found_live_and_after_a_reload()
    {
        await _project.DeployAsync(await _project.NamedConfigAsync("a-config"), "a-server");
        var service = Board.AddressOf(_project.App);
        await using var board = await Board.NewAsync(new Uri(service, "of/another/site/"));
        await board.Page.RouteAsync("**/*", async route =>
        {
            var path = new Uri(route.Request.Url).PathAndQuery;
            // What is asked for elsewhere is not there.
            await (path.StartsWith("/of/another/site/", StringComparison.Ordinal)
                ? route.ContinueAsync(new() { Url = new Uri(service, path["/of/another/site".Length..]).ToString() })
                : route.FulfillAsync(new() { Status = 404 }));
        });
        await board.OpenAsync($"{_project.Id}/deployments");
        await board.SignInAsync(await _project.MemberTokenAsync());
        await board.IsLiveAsync();

        await _project.DeployAsync(await _project.ConfigAsync(), "another-server");
        await Expect(board.Rows).ToContainTextAsync(["another-server", "a-server"]);
        await board.Rows.First.Locator("a").First.ClickAsync();
        await Expect(board.Timeline).ToHaveCountAsync(1);
        await board.Page.ReloadAsync();
        await Expect(board.Timeline).ToHaveCountAsync(1);

        Assert.Contains("/of/another/site/dashboard#", board.Page.Url, StringComparison.Ordinal);
    }
}
