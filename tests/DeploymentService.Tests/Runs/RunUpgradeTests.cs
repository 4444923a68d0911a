using DeploymentService.Storage.Sqlite;
using DeploymentService.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeploymentService.Tests.Runs;

/// <summary>A database from before runs were kept: what is known of the present ones is shown, and they are kept from then on.</summary>
public sealed class RunUpgradeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SqliteFact]
    public async Task The_present_run_has_the_times_that_are_known()
    {
        await using (var context = new SqliteDeploymentDbContext(new DbContextOptionsBuilder<SqliteDeploymentDbContext>()
            .UseSqlite($"Data Source={_folder.At("deployments.db")};Pooling=false").Options))
        {
            await context.GetService<IMigrator>().MigrateAsync("ServerWrittenTimes");
            await context.Database.ExecuteSqlRawAsync("""
                INSERT INTO software_configs VALUES ('p', 'c', 1, 'a', 'script', '"text"', '[]', '[]', '{{}}', 0);
                INSERT INTO software_deployments (project_id, id, sequence, server_id, config_id, status, output_values, creation_time, updated_time, execution)
                VALUES ('p', 'new', 1, 'a-server', 'c', 'IN_PROGRESS', NULL, 1000, NULL, 1),
                ('p', 'ended', 2, 'a-server', 'c', 'COMPLETE', '{{"a":1}}', 1000, 5000, 1),
                ('p', 'made-ended', 3, 'a-server', 'c', 'FAILED', NULL, 1000, NULL, 1),
                ('p', 'running', 4, 'a-server', 'c', 'IN_PROGRESS', NULL, 1000, 5000, 3);
                """);
        }

        await using var app = new ServiceApp(folder: _folder.Name);
        var project = new Project(app, "p");

        Assert.Equal((1, "1970-01-01T00:00:01Z", null), await LookAsync("new"));
        Assert.Equal((1, "1970-01-01T00:00:01Z", "1970-01-01T00:00:05Z"), await LookAsync("ended"));
        Assert.Equal((1, "1970-01-01T00:00:01Z", "1970-01-01T00:00:01Z"), await LookAsync("made-ended"));
        Assert.Equal((3, "1970-01-01T00:00:05Z", null), await LookAsync("running"));

        await project.RunAgainAsync("ended");
        Assert.Equal("""{"a":1}""", (await project.RunAsync("ended", 1)).Outputs());

        async Task<(int, string?, string?)> LookAsync(string id)
        {
            var run = Assert.Single(await project.RunsAsync(id));
            return (run.Number(), run.Field("started_time"), run.Field("ended_time"));
        }
    }

    [SqliteFact]
    public async Task What_an_older_version_ran_again_has_not_ended_before()
    {
        string reported, updated, projectId;
        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            var project = new Project(app);
            (projectId, reported, updated) = (project.Id, await project.DeploymentAsync("reports"), await project.DeploymentAsync("is-updated"));
        }

        // An older version knows no such column, and leaves in it what there was.
        await using (var context = new SqliteDeploymentDbContext(new DbContextOptionsBuilder<SqliteDeploymentDbContext>()
            .UseSqlite($"Data Source={_folder.At("deployments.db")};Pooling=false").Options))
        {
            await context.Database.ExecuteSqlRawAsync("UPDATE software_deployments SET ended_time = 1000");
        }

        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            var project = new Project(app, projectId);
            Assert.Null((await project.RunAsync(reported, 1)).Field("ended_time"));
            var agent = await Agents.Agent.OfAsync(project, "reports");
            Assert.Equal(200, (await agent.SignalAsync("{}")).Status);
            Assert.Equal(200, (await project.SendAsync("PUT", $"software_deployments/{updated}", """{"status": "FAILED"}""")).Status);

            foreach (var id in new[] { reported, updated })
            {
                var run = await project.RunAsync(id, 1);
                Assert.True(string.CompareOrdinal(run.Field("ended_time"), run.Field("started_time")) >= 0, run.ToJsonString());
            }
        }
    }
}
