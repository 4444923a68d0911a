using System.Diagnostics;
using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Support;
using Microsoft.Data.Sqlite;
using Serilog.Events;

namespace DeploymentService.Tests.Data;

/// <summary>A file whose pages are damaged: a start says so, and a service that meets it answers 503, is not healthy, and logs it once.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private const int PageSize = 4096;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SqliteFact]
    public async Task A_start_on_a_damaged_file_is_refused_in_a_sentence_and_the_file_left_as_it_is()
    {
        var file = _folder.At("deployments.db");
        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            app.StartServer();
            await FillAsync(new(app));
        }

        await DamageAsync(file);
        var before = await File.ReadAllBytesAsync(file);
        await using var service = ServiceProcess.Start(_folder.Name, [$"ConnectionStrings:Deployments=Data Source={file}"]);

        Assert.Equal(1, await service.ExitCodeAsync());
        Assert.Contains($"The database {file} is damaged", service.Errors, StringComparison.Ordinal);
        Assert.Contains("restore it from a backup", service.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", service.Errors + string.Join('\n', service.Output), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(file));
    }

    [SqliteFact]
    public async Task Damage_that_is_met_later_is_503_is_unhealthy_and_is_logged_once()
    {
        using var logged = new LoggedApp(_ => { }, folder: _folder.Name);
        var project = new Project(logged.App);
        var deployments = await FillAsync(project);
        Assert.Equal(200, (await logged.App.SendRawAsync("GET", "/health/ready")).Status);
        CheckpointWal(_folder.At("deployments.db"));

        await DamageAsync(_folder.At("deployments.db"));
        List<Answer> answers = [];
        foreach (var id in deployments)
        {
            answers.Add(await project.SendAsync("GET", $"software_deployments/{id}"));
        }

        // All of them: what has been sent when the damage is met is broken off.
        await Assert.ThrowsAsync<HttpRequestException>(() => project.SendAsync("GET", "software_deployments"));
        var refused = answers.Where(answer => answer.Status != 200).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, answer =>
        {
            Assert.Contains("is damaged", answer.AssertRefused(503), StringComparison.Ordinal);
            Assert.Equal("1", answer.Headers["retry-after"]);
        });
        foreach (var path in (string[])["/health/ready", "/healthcheck", "/health/ready"])
        {
            Assert.Contains("is damaged", (await logged.App.SendRawAsync("GET", path)).AssertRefused(503), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(logged.Log.Events, evt => CapturedLog.Whole(evt).Contains("   at ", StringComparison.Ordinal));
        var line = Assert.Single(logged.Log.Events, evt => evt.Level == LogEventLevel.Fatal);
        Assert.Contains("restore it from a backup", line.RenderMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    /// <summary>Several megabytes of deployments, so that no session has them all in its memory; their ids.</summary>
    private static async Task<List<string>> FillAsync(Project project)
    {
        var config = await project.ConfigAsync();
        List<string> ids = [];
        for (var number = 0; number < 60; number++)
        {
            var answer = await project.SendAsync("POST", "software_deployments",
                $$$"""{"config_id": "{{{config}}}", "server_id": "server-{{{number}}}", "input_values": {"text": "{{{new string('x', 100_000)}}}"}}""");
            Assert.Equal(200, answer.Status);
            ids.Add(answer.Json["software_deployment"]!["id"]!.GetValue<string>());
        }

        return ids;
    }

    /// <summary>Overwrites a third of the file's pages, in the middle. By another program, because this one would let go of the locks that it has on the file.</summary>
    private static async Task DamageAsync(string file)
    {
        var pages = new FileInfo(file).Length / PageSize;
        using var program = Process.Start("dd", ["if=/dev/urandom", $"of={file}", $"bs={PageSize}", $"seek={pages / 3}", $"count={pages / 3}", "conv=notrunc", "status=none"]);
        await program.WaitForExitAsync();
        Assert.Equal(0, program.ExitCode);
    }

    private static void CheckpointWal(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        Assert.Equal(0L, command.ExecuteScalar());
    }
}
