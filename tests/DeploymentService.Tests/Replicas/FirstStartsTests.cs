using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Support;
using Npgsql;

namespace DeploymentService.Tests.Replicas;

/// <summary>Replicas that are started for the first time, all at once.</summary>
public sealed class FirstStartsTests
{
    [ReplicaFact]
    public async Task Three_first_starts_at_once_on_an_empty_database_all_come_up()
    {
        var database = "e" + Guid.NewGuid().ToString("N");
        await ExecuteAsync($"CREATE DATABASE {database}");
        var settings = TestDatabase.PostgresSettings(PostgresServer.Shared.ConnectionString(database));
        var apps = Enumerable.Range(0, 3).Select(_ => new ServiceApp(new(settings))).ToList();
        try
        {
            await Task.WhenAll(apps.Select(app => Task.Run(app.StartServer)));

            var ready = await Task.WhenAll(apps.Select(app => app.SendRawAsync("GET", "/health/ready")));
            Assert.All(ready, answer => Assert.Equal("""{"status":"ok"}""", answer.Text));
            var projects = apps.ConvertAll(app => new Project(app, "a-project"));
            var ids = await Task.WhenAll(projects.Select(project => project.DeploymentAsync()));
            Assert.All(await Task.WhenAll(projects.Select(project => project.IdsAsync())), listed => Assert.Equal(ids.Order(), listed.Order()));
        }
        finally
        {
            foreach (var app in apps)
            {
                await app.DisposeAsync();
            }

            PostgresServer.Shared.Drop(database);
        }
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(PostgresServer.Shared.ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
