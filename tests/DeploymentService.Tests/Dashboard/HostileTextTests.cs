using System.Text;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Rollouts;
using DeploymentService.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Dashboard;

/// <summary>
/// What servers print and people name things is text on the board, whatever it looks like. That nothing of it ran, and that the page broke no
/// policy, is what <see cref="Board"/> looks at in the end.
/// </summary>
public sealed class HostileTextTests
{
    private const string Script = "<script>alert('script')</script>";
    private const string Image = "<img src=x onerror=alert('image')>";

    private readonly Project _project = ServiceApp.NewProject();

    [BrowserFact]
    public async Task Markup_is_text_in_every_view()
    {
        var config = await _project.NamedConfigAsync($"{Script}-config", $$"""[{"name": "{{Image}}-declared"}]""");
        var rollout = await _project.RolloutAsync($"\"servers\": [\"{Image}-on-a-rollout\"]", Script, config);
        await _project.UntilCountsAsync(rollout, "0 1 0 0 0");
        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_deployments/{(await _project.ServersAsync(rollout))[0]["deployment_id"]}")).Status);
        var id = await _project.DeployAsync(config, $"{Image}-server", $"{Script}-action", new() { [$"{Image}-input"] = $"{Script}-value" });
        await _project.ReportAsync(id, "FAILED", $"{Image}-reason", new()
        {
            ["deploy_stdout"] = $"{Script}-stdout",
            ["deploy_stderr"] = $"{Image}-stderr",
            [$"{Script}-output"] = new JsonObject { [Image] = Script },
            ["javascript:alert(1)"] = "javascript:alert(1)",
        });
        await using var board = await Board.SignedInAsync(_project);

        await Expect(board.Rows).ToContainTextAsync([$"{Script}-config{Image}-server{Script}-action{Image}-reason"]);
        await IsOnlyTextAsync(board);
        await board.Link($"{Script}-config").ClickAsync();
        await Expect(board.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync($"{Script}-config");
        foreach (var text in new[] { $"{Image}-server", $"{Script}-action", $"{Image}-input", $"{Script}-value", $"{Script}-stdout", $"{Image}-stderr", $"{Script}-output" })
        {
            await Expect(board.Page.Locator("main")).ToContainTextAsync(text);
        }

        await Expect(board.Timeline.Last).ToContainTextAsync($"{Image}-reason");
        await IsOnlyTextAsync(board);
        await board.Link($"{Image}-server").ClickAsync();
        await Expect(board.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync($"{Image}-server");
        await Expect(board.Rows).ToHaveCountAsync(1);
        await IsOnlyTextAsync(board);
        await board.Link("Servers").ClickAsync();
        await Expect(board.Page.Locator("table.servers tbody tr")).ToContainTextAsync([$"{Image}-server"]);
        await IsOnlyTextAsync(board);
        await board.OpenAsync($"{_project.Id}/configs/{config}");
        await Expect(board.Page.Locator(".declared")).ToContainTextAsync($"{Image}-declared");
        await Expect(board.Page.Locator("table.rollouts")).ToContainTextAsync(Script);
        await IsOnlyTextAsync(board);
        await board.OpenAsync($"{_project.Id}/rollouts/{rollout}");
        await Expect(board.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(Script);
        await Expect(board.Page.Locator("main")).ToContainTextAsync($"{Image}-on-a-rollout");
        await IsOnlyTextAsync(board);
        await board.OpenAsync($"{_project.Id}/rollouts");
        await Expect(board.Page.Locator("table.rollouts").First).ToContainTextAsync(Script);
        await IsOnlyTextAsync(board);
        await board.OpenAsync($"{_project.Id}/deployments?name={Uri.EscapeDataString(Script)}&config_id={Uri.EscapeDataString(Image)}&place={Uri.EscapeDataString(Script)}");
        await Expect(board.Page.GetByText(Image)).ToBeVisibleAsync();
        await Expect(board.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("place");
        await IsOnlyTextAsync(board);
    }

    [BrowserFact]
    public async Task What_cannot_be_seen_is_made_visible()
    {
        var id = await _project.DeployAsync(await _project.NamedConfigAsync("safe\u202egnp.exe"));
        await _project.ReportAsync(id, "COMPLETE", outputs: new()
        {
            ["deploy_stdout"] = "\u001b[1;31mred\u001b[0m \u001b[2J\u001b]0;title\u0007 back\bspace over\rwritten \u009b31m \ufeff\u200b end\r\n\ttab\n",
        });
        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");

        var shown = await board.Page.GetByRole(AriaRole.Region, new() { Name = "deploy_stdout" }).TextContentAsync();

        Assert.Equal("red ^[[2J^[]0;title^G back^Hspace over^Mwritten <U+009B>31m <U+FEFF><U+200B> end\n\ttab", shown);
        await Expect(board.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("safe<U+202E>gnp.exe");
    }

    [BrowserTheory]
    [InlineData("\n")]
    [InlineData(" ")]
    public async Task A_megabyte_is_shown_in_part_and_whole_when_asked_for(string end)
    {
        // In lines, and as one line.
        var text = new StringBuilder($"{Image} 😀😀");
        for (var line = 0; text.Length < 1_000_000; line++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"line {line} of what the program had to say to whoever is going to read it").Append(end);
        }

        text.Append("the end");
        var id = await _project.DeploymentAsync();
        await _project.ReportAsync(id, "COMPLETE", outputs: new() { ["deploy_stdout"] = text.ToString() });
        await using var board = await Board.SignedInAsync(_project, place: $"deployments/{id}");
        var output = board.Page.GetByRole(AriaRole.Region, new() { Name = "deploy_stdout" });

        await Expect(output).ToContainTextAsync($"{Image} 😀😀line 0");
        Assert.InRange((await output.TextContentAsync())!.Length, 60_000, 65_536);
        // A page that froze would not get to the next frame.
        await board.Page.GetByText("Show all").ClickAsync(new() { Timeout = 10_000 });
        await Expect(output).ToContainTextAsync("the end", new() { Timeout = 10_000 });
        await board.Page.EvaluateAsync("new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))").WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(text.ToString().ReplaceLineEndings(""), (await output.TextContentAsync())!.ReplaceLineEndings(""));
        await IsOnlyTextAsync(board);
    }

    [BrowserFact]
    public async Task A_reason_as_long_as_a_book_takes_one_row()
    {
        var id = await _project.DeploymentAsync();
        await _project.ReportAsync(id, "FAILED", string.Concat(Enumerable.Repeat("all is lost ", 50_000)) + "amen");
        await using var board = await Board.SignedInAsync(_project);

        await Expect(board.Rows).ToContainTextAsync(["all is lost all is lost"]);
        await Expect(board.Rows).Not.ToContainTextAsync(["characters)"]);
        Assert.InRange((await board.Rows.TextContentAsync())!.Length, 200, 500);
        await board.Rows.GetByRole(AriaRole.Link).First.ClickAsync();
        await board.Button("Show all 600,004 characters").ClickAsync();

        await Expect(board.Page.GetByRole(AriaRole.Region, new() { Name = "status_reason" })).ToContainTextAsync("amen");
    }

    private static async Task IsOnlyTextAsync(Board board) =>
        Assert.Equal(0, await board.Page.EvaluateAsync<int>("document.querySelectorAll('body script, body img, body iframe, [onerror], a[href^=\"javascript:\"]').length"));
}
