using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Storage;

/// <summary>What was acknowledged is there after a kill, and after a stop.</summary>
public sealed class KillTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_acknowledged_update_survives_kills_under_load()
    {
        UpdateLoad? load = null;
        for (var round = 0; round < 3; round++)
        {
            await using var service = await ServiceProcess.StartedAsync(_folder.Name);
            using var client = await service.ClientAsync();
            load ??= await UpdateLoad.CreateAsync(client);
            await load.AssertAllIsThereAsync(client);

            await load.RunAsync(client, enough: 200, service.KillAsync);
        }

        await using var last = await ServiceProcess.StartedAsync(_folder.Name);
        using var reader = await last.ClientAsync();
        await load!.AssertAllIsThereAsync(reader);
        AssertSound(_folder);
        Assert.Empty(load.Surprises);
    }

    [Fact]
    public async Task A_stop_under_load_ends_in_time_and_keeps_what_was_acknowledged()
    {
        var exitCode = -1;
        var service = await ServiceProcess.StartedAsync(_folder.Name);
        await using (service)
        {
            using var client = await service.ClientAsync();
            var load = await UpdateLoad.CreateAsync(client);

            await load.RunAsync(client, enough: 200, async () => exitCode = await service.StopAsync().WaitAsync(TimeSpan.FromSeconds(20)));

            Assert.Equal(0, exitCode);
            Assert.Empty(service.Errors);
            Assert.Empty(load.Surprises);
            Assert.DoesNotContain(service.Output, line => line.Contains(" ERR ", StringComparison.Ordinal) || line.Contains(" FTL ", StringComparison.Ordinal));

            using var another = new TempFolder();
            await using var again = await ServiceProcess.StartedAsync(TestEngine.IsPostgres ? _folder.Name : CopyTo(another));
            using var reader = await again.ClientAsync();
            await load.AssertAllIsThereAsync(reader);
        }
    }

    /// <summary>The stopped service's file alone is the whole database.</summary>
    private string CopyTo(TempFolder another)
    {
        Directory.CreateDirectory(another.At("data"));
        File.Copy(_folder.At("data/deployments.db"), another.At("data/deployments.db"));
        AssertSound(another);
        return another.Name;
    }

    private static void AssertSound(TempFolder folder)
    {
        if (!TestEngine.IsPostgres)
        {
            UpdateLoad.AssertSound(folder.At("data/deployments.db"));
        }
    }
}
