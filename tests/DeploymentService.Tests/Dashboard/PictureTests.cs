using System.Buffers.Binary;
using DeploymentService.Tests.Rollouts;
using DeploymentService.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeploymentService.Tests.Dashboard;

/// <summary>
/// The picture of the board in the README: a rollout on its way. It is made here, as <c>board.png</c> beside the built tests; copy it to
/// <c>src/docs/board.png</c> when the board has changed. Fonts differ from machine to machine, so the two are not compared.
/// </summary>
public sealed class PictureTests
{
    private const int Width = 1280;
    private const int Height = 640;
    private const int LeastBytes = 10_000;
    private const int MostBytes = 200_000;

    private static readonly string[] Reasons =
    [
        "deploy_status_code : Deployment exited with non-zero status code: 100",
        "apt-get: could not get lock /var/lib/dpkg/lock-frontend",
    ];

    [BrowserFact]
    public async Task The_board_has_its_picture_taken()
    {
        await using var app = new ServiceApp();
        app.StartServer();
        var project = new Project(app, "demo");
        var rollout = await SeedAsync(project);
        await using var board = await Board.NewAsync(Board.AddressOf(app), width: Width, height: Height);
        await board.OpenAsync($"{project.Id}/rollouts/{rollout}");
        await board.SignInAsync(await TokenAsync(project, "anna"));
        await Expect(board.Rows).ToHaveCountAsync(24);
        await Expect(board.Page.Locator(".reasons")).ToContainTextAsync("apt-get");
        await board.IsLiveAsync();
        var file = Path.Combine(AppContext.BaseDirectory, "board.png");

        await board.Page.ScreenshotAsync(new() { Path = file, Animations = ScreenshotAnimations.Disabled });

        Assert.Equal((Width, Height), SizeOf(file));
        Assert.InRange(new FileInfo(file).Length, LeastBytes, int.MaxValue);
    }

    [Fact]
    public void The_picture_in_the_readme_is_such_a_one()
    {
        var file = SourceTree.At("src/docs/board.png");

        Assert.Equal((Width, Height), SizeOf(file));
        Assert.InRange(new FileInfo(file).Length, LeastBytes, MostBytes);
        Assert.Contains("](src/docs/board.png)", File.ReadAllText(SourceTree.At("README.md")), StringComparison.Ordinal);
    }

    private static async Task<string> TokenAsync(Project project, string name)
    {
        var answer = await project.SendAsync("POST", "tokens", $$"""{"name": "{{name}}", "role": "member"}""", ServiceApp.AdminToken);
        Assert.Equal(200, answer.Status);
        return answer.Json["token"].Text("secret")!;
    }

    /// <summary>A rollout that is over, and one that goes on, whose id is returned.</summary>
    private static async Task<string> SeedAsync(Project project)
    {
        await RollOutAsync(project, "web 41", "web server 41", reported: 24, failEvery: 12);
        var rollout = await RollOutAsync(project, "web 42", "web server 42", reported: 17, failEvery: 5);
        await project.UntilCountsAsync(rollout, "0 7 14 3 0");
        return rollout;
    }

    private static async Task<string> RollOutAsync(Project project, string name, string config, int reported, int failEvery)
    {
        var servers = string.Join(", ", Enumerable.Range(1, 24).Select(number => $"\"web-{number:00}.example.org\""));
        var id = await project.RolloutAsync($"\"servers\": [{servers}], \"timeout\": 600, \"max_failures\": 4", name, await project.NamedConfigAsync(config));
        await project.UntilCountsAsync(id, "0 24 0 0 0");
        foreach (var (number, server) in (await project.ServersAsync(id)).Take(reported).Index())
        {
            var isFailed = number % failEvery == failEvery - 1;
            await project.SetAsync(server.Text("deployment_id")!, isFailed ? "FAILED" : "COMPLETE", isFailed ? Reasons[number % Reasons.Length] : "Outputs received");
        }

        return id;
    }

    /// <summary>Width and height, as they stand in the head of a PNG.</summary>
    private static (int Width, int Height) SizeOf(string file)
    {
        var head = File.ReadAllBytes(file).AsSpan(0, 24);
        Assert.Equal("PNG"u8, head.Slice(1, 3));
        return (BinaryPrimitives.ReadInt32BigEndian(head[16..]), BinaryPrimitives.ReadInt32BigEndian(head[20..]));
    }
}
