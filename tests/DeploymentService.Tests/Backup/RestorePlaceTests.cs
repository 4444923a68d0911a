using System.Diagnostics;
using DeploymentService.Tests.Support;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Tests.Backup;

/// <summary>What a restore meets where the database is: journals, readers, links, and files of another user. Nothing of it is lost.</summary>
public sealed class RestorePlaceTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TempFolder _other = new();

    private string Database => _folder.At("deployments.db");

    private string Copy => _other.At("copy.db");

    public void Dispose()
    {
        _folder.Dispose();
        _other.Dispose();
    }

    [SqliteFact]
    public async Task A_journal_whose_database_is_gone_is_kept_and_not_played_back_into_the_new_one()
    {
        string id;
        byte[] journal;
        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            var project = new Project(app, "project");
            id = await project.DeploymentAsync();
            await Backups.CommandAsync(_folder, "backup", Copy);
            await project.DeploymentAsync("another-server");
            journal = await File.ReadAllBytesAsync(Database + "-wal");
        }

        // As after a kill, when somebody has taken the database itself away.
        Assert.NotEmpty(journal);
        File.Delete(Database);
        await File.WriteAllBytesAsync(Database + "-wal", journal);
        await File.WriteAllBytesAsync(Database + "-shm", new byte[32768]);

        var output = await Backups.CommandAsync(_folder, "restore", Copy);

        var aside = Assert.Single(Directory.GetFiles(_folder.Name, "*.before-restore-*"));
        Assert.EndsWith("-wal", aside, StringComparison.Ordinal);
        Assert.Equal(journal, await File.ReadAllBytesAsync(aside));
        Assert.Contains($"kept as {aside}", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Database + "-wal") || File.Exists(Database + "-shm"));
        await using (var restored = new ServiceApp(folder: _folder.Name))
        {
            var list = await new Project(restored, "project").SendAsync("GET", "software_deployments", token: ServiceApp.AdminToken);
            Assert.Equal(id, Assert.Single(list.Json["software_deployments"]!.AsArray())!["id"]!.GetValue<string>());
        }

        UpdateLoad.AssertSound(Database);
    }

    [SqliteFact]
    public async Task While_something_reads_the_database_nothing_is_restored_and_nothing_is_lost()
    {
        await FillAsync();
        await using (var reader = Open())
        {
            await ExecuteAsync(reader, "BEGIN; SELECT count(*) FROM software_deployments");
            await using (var writer = Open())
            {
                await ExecuteAsync(writer, "CREATE TABLE acknowledged AS SELECT 1 AS number");
            }

            var (code, _, errors) = await Backups.TryAsync(_folder, "restore", Copy, "--Database:BusyTimeoutMilliseconds", "10");

            Assert.Equal(1, code);
            Assert.Contains("Nothing was changed: something still reads the database", errors, StringComparison.Ordinal);
            await ExecuteAsync(reader, "COMMIT");
        }

        await using (var after = Open())
        {
            await ExecuteAsync(after, "SELECT number FROM acknowledged");
        }

        Assert.Empty(Directory.GetFiles(_folder.Name, "*restor*"));
        await Backups.CommandAsync(_folder, "restore", Copy);
    }

    [SqliteFact]
    public async Task The_database_is_itself_whatever_links_lead_to_it()
    {
        await FillAsync();
        var alias = Path.Combine(Directory.CreateSymbolicLink(_other.At("alias"), _folder.Name).FullName, "deployments.db");
        var before = await File.ReadAllBytesAsync(Database);

        foreach (string[] words in (string[][])[["backup", "--overwrite", alias], ["backup", "--overwrite", alias + ".lock"], ["restore", alias]])
        {
            var (code, _, errors) = await Backups.TryAsync(_folder, words);
            Assert.Equal(1, code);
            Assert.Contains("is the database itself", errors, StringComparison.Ordinal);
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(Database));
    }

    [SqliteFact]
    public async Task A_link_to_the_database_stays_one()
    {
        await FillAsync();
        Directory.CreateDirectory(_folder.At("real"));
        var real = _folder.At("real/deployments.db");
        File.Move(Database, real);
        File.CreateSymbolicLink(Database, "real/deployments.db");

        await Backups.CommandAsync(_folder, "restore", Copy);

        Assert.Equal("real/deployments.db", new FileInfo(Database).LinkTarget);
        UpdateLoad.AssertSound(real);
        Assert.Single(Directory.GetFiles(_folder.At("real"), "*.before-restore-*"));
    }

    [SqliteFact]
    public async Task The_new_database_has_owner_and_mode_of_the_old_one_or_the_owner_of_the_folder()
    {
        // No other user can give files away.
        var owner = Environment.IsPrivilegedProcess ? "12345:12346" : await RunAsync("stat", "--format=%u:%g", _folder.Name);
        await FillAsync();
        await RunAsync("chown", "--recursive", owner, _folder.Name);
        await RunAsync("chmod", "640", Database);
        File.Delete(Database + ".lock");

        await Backups.CommandAsync(_folder, "restore", Copy);

        Assert.Equal($"{owner} 640", await RunAsync("stat", "--format=%u:%g %a", Database));
        Assert.Equal(owner, await RunAsync("stat", "--format=%u:%g", Database + ".lock"));
        File.Delete(Database);
        await Backups.CommandAsync(_folder, "restore", Copy);
        Assert.Equal($"{owner} 600", await RunAsync("stat", "--format=%u:%g %a", Database));
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output.Trim();
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteScalarAsync();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=false");
        connection.Open();
        return connection;
    }

    /// <summary>A database with a deployment, of a service that has stopped, and a copy of it.</summary>
    private async Task FillAsync()
    {
        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            await new Project(app, "project").DeploymentAsync();
        }

        await Backups.CommandAsync(_folder, "backup", Copy);
    }
}
