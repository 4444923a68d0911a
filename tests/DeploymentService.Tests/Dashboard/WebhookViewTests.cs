using DeploymentService.Tests.Support;
using DeploymentService.Tests.Webhooks;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Dashboard;

/// <summary>Admins see whether the webhooks are delivered to.</summary>
public sealed class WebhookViewTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [BrowserFact]
    public async Task A_webhook_that_is_off_after_failures_is_said_to_admins_wherever_they_are()
    {
        await using var receiver = await Receiver.StartAsync(_ => 410);
        var (id, _) = await _project.WebhookAsync(receiver.Url);
        await _project.DeploymentAsync();
        await _project.UntilWebhookAsync(id, webhook => !webhook["enabled"]!.GetValue<bool>());

        await using (var board = await Board.SignedInAsync(_project, role: "admin"))
        {
            await Expect(board.Page.Locator(".notice.webhook")).ToContainTextAsync("The webhook a-webhook was turned off after failures");
            await board.Link("show the webhooks").ClickAsync();

            await Expect(board.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Webhooks");
            await Expect(board.Page.Locator("table.webhooks tbody tr")).ToContainTextAsync(["Turned off: The receiver answered 410: it is gone"]);
        }

        await using var member = await Board.SignedInAsync(_project);
        await Expect(member.Rows).ToHaveCountAsync(1);
        await Expect(member.Link("Webhooks")).ToHaveCountAsync(0);
        await Expect(member.Page.Locator(".notice")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task Axe_finds_nothing_in_them_and_nothing_is_wider_than_the_screen()
    {
        var (name, error) = (new string('w', 255), "The address of " + new string('a', 200) + " is not public");
        foreach (var webhook in new[] { $"\"{name}\"", "\"chat\"", "\"off\", \"enabled\": false" })
        {
            await _project.DoAsync("POST", "webhooks", $$"""{"url": "http://127.0.0.1:1024/", "name": {{webhook}}}""");
        }

        _project.App.Database.Execute(
            "UPDATE webhooks SET failing_since = creation_time - 3600000, last_time = creation_time, last_error = @error WHERE project_id = @project AND name = @name",
            ("error", error), ("project", _project.Id), ("name", name));
        _project.App.Database.Execute("UPDATE webhooks SET disabled_reason = @error WHERE project_id = @project AND name = 'off'", ("error", error), ("project", _project.Id));

        await using var board = await Board.SignedInAsync(_project, role: "admin", place: "webhooks");
        await Expect(board.Page.Locator("table.webhooks tbody tr")).ToHaveCountAsync(3);
        await Expect(board.Page.Locator(".notice.webhook")).ToContainTextAsync("2 webhooks fail or were turned off after failures");
        await AccessibilityTests.IsWellAsync(board, "the webhooks");
        await board.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await board.Page.SetViewportSizeAsync(360, 800);
        await AccessibilityTests.IsWellAsync(board, "the webhooks on a small screen");
        // Four links leave no room for the time zone beside them.
        await Expect(board.Link("Webhooks")).ToBeInViewportAsync(new() { Ratio = 1 });
        await Expect(board.Page.Locator("header .zone")).ToBeHiddenAsync();
        await board.OpenAsync($"{_project.Id}/deployments");
        await Expect(board.Page.Locator(".notice.webhook")).ToBeVisibleAsync();
        await AccessibilityTests.IsWellAsync(board, "the notice on a small screen");
    }
}
