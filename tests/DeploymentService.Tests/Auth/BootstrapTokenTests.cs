using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Auth;

/// <summary>An admin token from the settings, instead of one that the first start makes.</summary>
public sealed class BootstrapTokenTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_changed_setting_replaces_the_token()
    {
        Assert.Equal((200, 401), await StatusesAsync(setting: "the-old-one", other: "the-new-one"));
        Assert.Equal((200, 401), await StatusesAsync(setting: "the-new-one", other: "the-old-one"));
        Assert.Equal((200, 401), await StatusesAsync(setting: "the-new-one", other: "the-old-one"));
        Assert.False(File.Exists(_folder.At("admin.token")));
    }

    private async Task<(int OfSetting, int OfOther)> StatusesAsync(string setting, string other)
    {
        await using var app = new ServiceApp(new() { ["Authentication:BootstrapToken"] = setting }, _folder.Name);
        app.StartServer();
        var project = new Project(app);
        return ((await project.SendAsync("GET", "tokens", token: setting)).Status, (await project.SendAsync("GET", "tokens", token: other)).Status);
    }
}
