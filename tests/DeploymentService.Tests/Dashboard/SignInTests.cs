using System.Collections.Concurrent;
using DeploymentService.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Dashboard;

/// <summary>Signing in and out.</summary>
public sealed class SignInTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [BrowserFact]
    public async Task The_token_is_kept_for_the_tab_alone_and_is_in_no_address()
    {
        await _project.DeploymentAsync();
        var token = await _project.MemberTokenAsync();
        await using var board = await Board.NewAsync(Board.AddressOf(_project.App));
        var addresses = new ConcurrentQueue<string>();
        board.Page.Request += (_, request) => addresses.Enqueue(request.Url);
        await board.OpenAsync();

        await board.SignInAsync(token, _project.Id);
        await Expect(board.Page.GetByText("There are no rollouts yet.")).ToBeVisibleAsync();
        await board.Link("Deployments").ClickAsync();
        await Expect(board.Rows).ToHaveCountAsync(1);
        await board.Page.ReloadAsync();
        await Expect(board.Rows).ToHaveCountAsync(1);

        Assert.All(addresses.Append(board.Page.Url), address => Assert.DoesNotContain(token, address, StringComparison.Ordinal));
        Assert.Equal(0, await board.Page.EvaluateAsync<int>("localStorage.length + document.cookie.length"));
        // Where no other tab is there to tell, nobody is signed in.
        var place = board.Page.Url;
        var context = board.Page.Context;
        await board.Page.CloseAsync();
        var later = await context.NewPageAsync();
        await later.GotoAsync(place);
        await Expect(later.GetByLabel("Token")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task A_tab_that_is_opened_from_a_list_is_signed_in_and_signing_out_ends_both()
    {
        await _project.DeploymentAsync();
        await using var board = await Board.SignedInAsync(_project);

        var other = await board.Page.Context.RunAndWaitForPageAsync(() => board.Link("a-config").ClickAsync(new() { Modifiers = [KeyboardModifier.ControlOrMeta] }));
        await Expect(other.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Deployment a-config");
        await Expect(board.Rows).ToHaveCountAsync(1);
        Assert.Equal(0, await other.EvaluateAsync<int>("localStorage.length + document.cookie.length"));
        await other.ReloadAsync();
        await other.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Expect(board.Page.GetByLabel("Token")).ToBeVisibleAsync();
        await other.ReloadAsync();
        await Expect(other.GetByLabel("Token")).ToBeVisibleAsync();
        Assert.Equal(0, await board.Page.EvaluateAsync<int>("sessionStorage.length"));
    }

    [BrowserFact]
    public async Task A_tab_of_another_project_is_told_nothing()
    {
        var other = ServiceApp.NewProject();
        await using var board = await Board.SignedInAsync(_project);

        var page = await board.Page.Context.NewPageAsync();
        await page.GotoAsync(new Uri(Board.AddressOf(_project.App), $"dashboard#/{other.Id}/deployments").ToString());

        await Expect(page.GetByLabel("Token")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task An_answer_to_another_tab_is_not_taken_for_ones_own()
    {
        var other = ServiceApp.NewProject();
        await using var board = await Board.SignedInAsync(_project);
        var page = await board.Page.Context.NewPageAsync();
        // All tabs hear what one is told, here while this one waits for its own answer.
        await board.Page.EvaluateAsync("""
            () => {
              const channel = new BroadcastChannel(`board ${new URL('.', document.baseURI).pathname}`);
              channel.onmessage = ({ data }) => data.ask && channel.postMessage({ signedIn: { project: 'of-another-tab', token: 'a-token' } });
            }
            """);

        await page.GotoAsync(new Uri(Board.AddressOf(_project.App), $"dashboard#/{other.Id}/deployments").ToString());

        await Expect(page.GetByLabel("Token")).ToBeVisibleAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("sessionStorage.length"));
    }

    [BrowserFact]
    public async Task An_admin_chooses_among_projects_and_is_told_of_one_that_is_not_there()
    {
        var other = ServiceApp.NewProject();
        await _project.DeploymentAsync();
        await other.DeploymentAsync("a-server-of-the-other");
        await using var board = await Board.NewAsync(Board.AddressOf(_project.App));
        await board.OpenAsync($"{_project.Id}-mistyped");
        await board.SignInAsync(ServiceApp.AdminToken);

        await Expect(board.Page.GetByText($"Nothing is known of a project {_project.Id}-mistyped")).ToBeVisibleAsync();
        await board.Page.GetByLabel("Project").SelectOptionAsync(other.Id);
        await board.Link("Deployments").ClickAsync();

        await Expect(board.Rows).ToContainTextAsync(["a-server-of-the-other"]);
        await Expect(board.Page.GetByText("Nothing is known")).Not.ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task A_token_that_the_service_does_not_know_is_refused_in_a_sentence()
    {
        await using var board = await Board.NewAsync(Board.AddressOf(_project.App));
        await board.OpenAsync();

        await board.Page.GetByLabel("Project").FillAsync(_project.Id);
        await board.Page.GetByLabel("Token").FillAsync("a-guess");
        await board.Button("Sign in").ClickAsync();

        await Expect(board.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not know this token");
        await Expect(board.Page.GetByLabel("Project")).ToHaveValueAsync(_project.Id);
    }

    [BrowserFact]
    public async Task An_agents_token_is_told_what_the_board_needs()
    {
        var token = await _project.TokenAsync("agent", "a-server");
        await using var board = await Board.NewAsync(Board.AddressOf(_project.App));
        await board.OpenAsync(_project.Id);

        await board.Page.GetByLabel("Token").FillAsync(token);
        await board.Button("Sign in").ClickAsync();

        await Expect(board.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("agent’s");
    }

    [BrowserFact]
    public async Task A_link_leads_where_it_says_after_signing_in()
    {
        var id = await _project.DeploymentAsync("linked-server");

        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");

        await Expect(board.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("a-config");
        await Expect(board.Link("linked-server")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Signing_out_forgets_the_token()
    {
        await using var board = await Board.SignedInAsync(_project);

        await board.Button("Sign out").ClickAsync();
        await Expect(board.Page.GetByLabel("Token")).ToHaveValueAsync("");
        await board.Page.ReloadAsync();

        await Expect(board.Page.GetByLabel("Token")).ToBeVisibleAsync();
        Assert.Equal(0, await board.Page.EvaluateAsync<int>("sessionStorage.length"));
    }

    [BrowserFact]
    public async Task A_token_that_is_revoked_ends_at_the_sign_in_with_a_sentence()
    {
        await using var board = await Board.SignedInAsync(_project);
        await board.IsLiveAsync();
        var tokens = await _project.SendAsync("GET", "tokens", token: ServiceApp.AdminToken);
        foreach (var token in tokens.Json["tokens"]!.AsArray())
        {
            await _project.SendAsync("DELETE", $"tokens/{token!["id"]}", token: ServiceApp.AdminToken);
        }

        // The stream may have told the page already, which then has no links.
        await board.Page.EvaluateAsync("document.querySelector('a[href$=\"/servers\"]')?.click()");

        await Expect(board.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("no longer good");
        await Expect(board.Page.GetByLabel("Token")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task A_foreign_project_is_refused_in_the_services_words()
    {
        var other = ServiceApp.NewProject();
        await using var board = await Board.SignedInAsync(_project);

        await board.OpenAsync($"{other.Id}/deployments");

        await Expect(board.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("belongs to another project");
    }

    [BrowserFact]
    public async Task Without_authentication_only_the_project_is_asked_for()
    {
        await using var app = new ServiceApp(new() { ["Authentication:Mode"] = "None" });
        app.StartServer();
        await using var board = await Board.NewAsync(Board.AddressOf(app));
        await board.OpenAsync();

        await Expect(board.Page.GetByLabel("Token")).Not.ToBeVisibleAsync();
        await board.Page.GetByLabel("Project").FillAsync("demo");
        await board.Button("Open").ClickAsync();

        await Expect(board.Page.GetByText("There are no rollouts yet.")).ToBeVisibleAsync();
        await Expect(board.Page.GetByText("(admin)")).ToBeVisibleAsync();
    }
}
