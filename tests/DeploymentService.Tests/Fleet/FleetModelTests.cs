using DeploymentService.Events;
using DeploymentService.Fleet;
using DeploymentService.Storage;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeploymentService.Tests.Fleet;

/// <summary>Memory and database say the same: after many changes at once, after a restart, and when changes go on while it is loaded.</summary>
public sealed class FleetModelTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task After_many_changes_at_once_memory_and_database_agree_and_after_a_restart_too()
    {
        string id, servers;
        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            var project = new Project(app);
            id = project.Id;
            var clients = new RandomClients(project, seed: 1);
            for (var round = 0; round < 3; round++)
            {
                await clients.RunAsync(clients: 8, requests: 250);
                await project.AssertAgreesAsync();
            }

            servers = (await project.ServersAsync()).ToJsonString();
        }

        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            var project = new Project(app, id);
            await project.AssertAgreesAsync();
            Assert.Equal(servers, (await project.ServersAsync()).ToJsonString());
            await new RandomClients(project, seed: 2).RunAsync(clients: 4, requests: 100);
            await project.AssertAgreesAsync();
        }
    }

    [Fact]
    public async Task Changes_that_go_on_while_it_is_loaded_are_neither_lost_nor_counted_twice()
    {
        string id;
        await using (var first = new ServiceApp(folder: _folder.Name))
        {
            id = await StoredFleet.FillAsync(first, 20_000);
        }

        await using (var app = new ServiceApp(folder: _folder.Name, replace: WithoutLoading))
        {
            var project = new Project(app, id);
            var clients = new RandomClients(project, seed: 3);
            clients.Know(await project.IdsAsync("?limit=300"));
            clients.Know((await project.IdsAsync())[^300..]);
            var running = clients.RunAsync(clients: 8, requests: 5000);
            await DoneAsync(clients, running, 200);

            await LoadAsync(app);

            await DoneAsync(clients, running, clients.Done + 200);
            clients.End();
            await running;
            await project.AssertAgreesAsync();
        }

        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            await new Project(app, id).AssertAgreesAsync();
        }
    }

    public void Dispose() => _folder.Dispose();

    private static void WithoutLoading(IServiceCollection services) => services.Remove(services.Single(service => service.ImplementationType == typeof(FleetLoader)));

    private static async Task LoadAsync(ServiceApp app)
    {
        var fleet = app.Services.GetRequiredService<FleetIndex>();
        using var loader = new FleetLoader(
            fleet, app.Services.GetRequiredService<EventLog>(), app.Services.GetRequiredService<EventHistory>(), app.Services.GetRequiredService<IDatabaseReader>(), TimeProvider.System, NullLogger<FleetLoader>.Instance);
        await loader.StartAsync(CancellationToken.None);
        await fleet.Loaded.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task DoneAsync(RandomClients clients, Task running, int requests)
    {
        while (clients.Done < requests)
        {
            Assert.False(running.IsCompleted, "The clients ended");
            await Task.Yield();
        }
    }
}
