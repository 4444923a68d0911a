using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Storage;

/// <summary>The journal beside the database file is moved into the file while the service writes, so that it does not grow with what was written.</summary>
public sealed class JournalTests
{
    private const int Largest = 80 * 1024 * 1024;

    [SqliteFact]
    public async Task The_journal_is_bounded_however_much_is_written()
    {
        await using var app = new ServiceApp();
        app.StartServer();
        var project = new Project(app);
        var config = await project.ConfigAsync();
        var deployments = new List<string>();
        for (var number = 0; number < 4; number++)
        {
            deployments.Add(await project.DeploymentAsync(configId: config));
        }

        var largest = 0L;
        await Task.WhenAll(deployments.Select(async deployment =>
        {
            for (var update = 0; update < 30; update++)
            {
                var answer = await project.SendAsync("PUT", $"software_deployments/{deployment}", Report(update));
                Assert.Equal(200, answer.Status);
                largest = Math.Max(largest, new FileInfo(Path.Combine(app.Folder, "deployments.db-wal")).Length);
            }
        }));

        Assert.InRange(largest, 1, Largest);
    }

    /// <summary>Nearly a megabyte that no page shares with the last one.</summary>
    private static string Report(int update) =>
        $$$"""{"status": "COMPLETE", "output_values": {"deploy_stdout": "{{{string.Concat(Enumerable.Repeat($"{update:0000} ", 190_000))}}}"}}""";
}
