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
}
