using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Storage;

/// <summary>What was acknowledged is there after a kill, and after a stop.</summary>
public sealed class KillTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string DatabaseFile => _folder.At("data/deployments.db");

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
        UpdateLoad.AssertSound(DatabaseFile);
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

            // The stopped service's file alone is the whole database.
            Directory.CreateDirectory(_folder.At("copy/data"));
            File.Copy(DatabaseFile, _folder.At("copy/data/deployments.db"));
            UpdateLoad.AssertSound(_folder.At("copy/data/deployments.db"));
            await using var again = await ServiceProcess.StartedAsync(_folder.At("copy"));
            using var reader = await again.ClientAsync();
            await load.AssertAllIsThereAsync(reader);
        }
    }
}
