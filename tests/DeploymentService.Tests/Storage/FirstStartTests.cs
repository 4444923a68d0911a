using System.Net;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Storage;

/// <summary>The first start, and what a kill in the middle of it leaves.</summary>
public sealed class FirstStartTests : IDisposable
{
    private static readonly (string, string) NoBootstrapToken = ("Authentication__BootstrapToken", "");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SqliteFact]
    public async Task The_admin_token_is_announced_once_and_is_never_on_the_console()
    {
        string secret;
        await using (var first = await ServiceProcess.StartedAsync(_folder.Name, environment: NoBootstrapToken))
        {
            secret = (await File.ReadAllTextAsync(_folder.At("data/admin.token"))).TrimEnd('\n');
            Assert.Single(first.Output, line => line.Contains(_folder.At("data/admin.token"), StringComparison.Ordinal));
            Assert.Equal(0, await first.StopAsync());
            Assert.DoesNotContain(first.Output, line => line.Contains(secret, StringComparison.Ordinal));
        }

        await using var second = await ServiceProcess.StartedAsync(_folder.Name, environment: NoBootstrapToken);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second, secret));
        Assert.Equal(0, await second.StopAsync());
        Assert.DoesNotContain(second.Output, line => line.Contains("admin.token", StringComparison.Ordinal) || line.Contains(secret, StringComparison.Ordinal));
    }

    [SqliteTheory]
    [InlineData("deployments.db")]
    [InlineData("deployments.db-wal")]
    [InlineData("admin.token")]
    public async Task A_kill_when_a_file_appears_does_not_spoil_the_next_start(string file)
    {
        await using (var killed = ServiceProcess.Start(_folder.Name, environment: NoBootstrapToken))
        {
            SpinWait.SpinUntil(() => File.Exists(_folder.At($"data/{file}")), TimeSpan.FromSeconds(60));
            await killed.KillAsync();
        }

        await AssertStartsAsync();
    }

    [SqliteFact]
    public async Task Kills_after_growing_delays_do_not_spoil_the_next_start()
    {
        for (var delay = 200; delay <= 800; delay += 200)
        {
            await using var killed = ServiceProcess.Start(_folder.Name, environment: NoBootstrapToken);
            await Task.Delay(delay);
            await killed.KillAsync();
        }

        await AssertStartsAsync();
    }

    [SqliteFact]
    public async Task The_lock_of_a_killed_migration_is_no_obstacle()
    {
        _folder.Database.Execute("""
            CREATE TABLE __EFMigrationsLock (Id INTEGER NOT NULL PRIMARY KEY, Timestamp TEXT NOT NULL);
            INSERT INTO __EFMigrationsLock VALUES (1, '2026-11-23 00:00:00');
            """);

        await using var app = new ServiceApp(folder: _folder.Name);
        await Task.Run(app.StartServer).WaitAsync(TimeSpan.FromSeconds(60));

        await new Project(app).DeploymentAsync();
    }

    [SqliteFact]
    public async Task A_token_file_that_a_kill_left_without_its_row_is_replaced()
    {
        await File.WriteAllTextAsync(_folder.At("admin.token"), "dst_of-a-killed-start\n");
        await File.WriteAllTextAsync(_folder.At("admin.token.new"), "dst_ha");

        await using var app = new ServiceApp(new() { ["Authentication:BootstrapToken"] = "" }, _folder.Name);
        app.StartServer();

        var secret = (await File.ReadAllTextAsync(_folder.At("admin.token"))).TrimEnd('\n');
        Assert.False(File.Exists(_folder.At("admin.token.new")));
        Assert.Equal(200, (await new Project(app).SendAsync("GET", "tokens", token: secret)).Status);
        Assert.Equal(401, (await new Project(app).SendAsync("GET", "tokens", token: "dst_of-a-killed-start")).Status);
    }

    [SqliteFact]
    public async Task Folder_database_and_secrets_are_for_their_owner_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = _folder.At("data");
        await using var app = new ServiceApp(new() { ["Authentication:BootstrapToken"] = "" }, folder);
        app.StartServer();

        const UnixFileMode readAndWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(readAndWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        foreach (var file in Directory.GetFiles(folder))
        {
            Assert.Equal((file, readAndWrite), (file, File.GetUnixFileMode(file)));
        }

        Assert.Contains(Path.Combine(folder, "admin.token"), Directory.GetFiles(folder));
    }

    private static async Task<HttpStatusCode> StatusAsync(ServiceProcess service, string token)
    {
        using var client = await service.ClientAsync(token);
        using var answer = await client.GetAsync(new Uri("/v1/any/tokens", UriKind.Relative));
        return answer.StatusCode;
    }

    private async Task AssertStartsAsync()
    {
        await using var service = await ServiceProcess.StartedAsync(_folder.Name, environment: NoBootstrapToken);
        var secret = (await File.ReadAllTextAsync(_folder.At("data/admin.token"))).TrimEnd('\n');
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(service, secret));
        UpdateLoad.AssertSound(_folder.At("data/deployments.db"));
    }
}
