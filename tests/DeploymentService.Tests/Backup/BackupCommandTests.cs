using System.Globalization;
using DeploymentService.Tests.Support;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Tests.Backup;

/// <summary>Copies of a file: whole whatever happens meanwhile, and never in the place of a database unless they are good.</summary>
public sealed class BackupCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TempFolder _other = new();

    private string Copy => _folder.At("copies/copy.db");

    public BackupCommandTests() => Directory.CreateDirectory(_folder.At("copies"));

    public void Dispose()
    {
        _folder.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task A_copy_under_load_has_everything_that_was_acknowledged_before_it_began()
    {
        const int Deployments = 8;
        var acknowledged = new int[Deployments];
        int[] before;
        var ids = new string[Deployments];
        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            var project = new Project(app, "project");
            var config = await project.ConfigAsync();
            for (var number = 0; number < Deployments; number++)
            {
                ids[number] = await project.DeploymentAsync($"server-{number}", config);
            }

            using var end = new CancellationTokenSource();
            var load = Enumerable.Range(0, Deployments).Select(number => Task.Run(async () =>
            {
                while (!end.IsCancellationRequested)
                {
                    var next = acknowledged[number] + 1;
                    Assert.Equal(200, (await project.SendAsync("PUT", $"software_deployments/{ids[number]}", $$"""{"status_reason": "{{next}}"}""")).Status);
                    Volatile.Write(ref acknowledged[number], next);
                }
            })).ToList();
            await UntilAsync(() => acknowledged.Min() >= 10);

            before = [.. acknowledged.Select((_, number) => Volatile.Read(ref acknowledged[number]))];
            await Backups.TakeAsync(_folder, Copy);

            var sum = acknowledged.Sum();
            await UntilAsync(() => acknowledged.Sum() > sum);
            await end.CancelAsync();
            await Task.WhenAll(load);
        }

        await Backups.RestoreAsync(Copy, _other);
        await using var restored = new ServiceApp(folder: _other.Name);
        var again = new Project(restored, "project");
        for (var number = 0; number < Deployments; number++)
        {
            var events = (await again.SendAsync("GET", $"software_deployments/{ids[number]}/events", token: ServiceApp.AdminToken)).Json["events"]!.AsArray();
            var reasons = events.Where(evt => $"{evt!["event"]}" == "update").Select(evt => int.Parse($"{evt!["reason"]}", CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(Enumerable.Range(1, reasons.Count), reasons);
            Assert.InRange(reasons.Count, before[number], acknowledged[number]);
        }
    }

    [SqliteFact]
    public async Task A_copy_is_one_file_of_its_owner_and_replaces_none_unless_it_is_told_to()
    {
        await FillAsync();

        Assert.Matches($"^{Copy} is a copy of the database, and checked: [0-9,]+ bytes, 1 deployments, the last event is [0-9]+\\. It took [0-9.]+ s\\.\r?\n$", await Backups.CommandAsync(_folder, "backup", Copy));
        Assert.Equal([Copy], Directory.GetFileSystemEntries(_folder.At("copies")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Copy));
        }

        await File.WriteAllTextAsync(Copy, "something else");
        await RefusedAsync(_folder, $"{Copy} is there already and stays as it is", "backup", Copy);
        Assert.Equal("something else", await File.ReadAllTextAsync(Copy));
        await Backups.CommandAsync(_folder, "backup", "--overwrite", Copy);
        UpdateLoad.AssertSound(Copy);

        await RefusedAsync(_folder, "is the database itself", "backup", "--overwrite", _folder.At("deployments.db"));
        await RefusedAsync(_folder, "Name the file before the settings", "backup", "--Database:BusyTimeoutMilliseconds", "100", Copy);
        await RefusedAsync(_folder, "There is no folder", "backup", _folder.At("nowhere/copy.db"));
        await RefusedAsync(_other, "There is no database", "backup", Copy + "2");
        Assert.Equal([Copy], Directory.GetFileSystemEntries(_folder.At("copies")));
        Assert.Empty(Directory.GetFileSystemEntries(_other.Name));
    }

    [SqliteFact]
    public async Task A_kill_leaves_no_half_copy()
    {
        await FillAsync();
        // Large enough that the kill comes before its end.
        _folder.Database.Execute("CREATE TABLE ballast AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT randomblob(200000) AS b FROM n");
        await using (var backup = ServiceProcess.StartWith(_folder.Name, ["backup", Copy, .. _folder.Database.Arguments]))
        {
            await UntilAsync(() => Directory.EnumerateFiles(_folder.At("copies"), "*.part").Any() || File.Exists(Copy));
            await backup.KillAsync();
        }

        if (File.Exists(Copy))
        {
            UpdateLoad.AssertSound(Copy);
        }

        await Backups.CommandAsync(_folder, "backup", "--overwrite", Copy);
        UpdateLoad.AssertSound(Copy);
    }

    [SqliteFact]
    public async Task The_database_before_a_restore_stays_beside_it()
    {
        var id = await FillAsync();
        await Backups.CommandAsync(_folder, "backup", Copy);
        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            var project = new Project(app, "project");
            Assert.Equal(204, (await project.SendAsync("DELETE", $"software_deployments/{id}")).Status);
            await RefusedAsync(_folder, $"Nothing was changed, because the service runs on {_folder.At("deployments.db")}", "restore", Copy);
        }

        var output = await Backups.CommandAsync(_folder, "restore", Copy);

        var aside = Assert.Single(Directory.GetFiles(_folder.Name, "deployments.db.before-restore-*"));
        Assert.Contains($"What was there before is kept as {aside}", output, StringComparison.Ordinal);
        UpdateLoad.AssertSound(aside);
        Assert.Equal(0, CountIn(aside));
        Assert.Equal(1, CountIn(_folder.At("deployments.db")));
        Assert.Empty(Directory.GetFiles(_folder.Name, "*restoring*"));
        await using var restored = new ServiceApp(folder: _folder.Name);
        Assert.Equal(200, (await new Project(restored, "project").SendAsync("GET", $"software_deployments/{id}", token: ServiceApp.AdminToken)).Status);
    }

    [SqliteFact]
    public async Task A_database_that_is_damaged_is_kept_as_it_is()
    {
        await FillAsync();
        await Backups.CommandAsync(_folder, "backup", Copy);
        var damaged = Enumerable.Repeat((byte)7, 8192).ToArray();
        await File.WriteAllBytesAsync(_folder.At("deployments.db"), damaged);

        await Backups.CommandAsync(_folder, "restore", Copy);

        Assert.Equal(1, CountIn(_folder.At("deployments.db")));
        Assert.Equal(damaged, await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(_folder.Name, "*.before-restore-*"))));
    }

    [SqliteFact]
    public async Task What_is_no_good_copy_is_refused_and_the_database_stays_as_it_is()
    {
        await FillAsync();
        await Backups.CommandAsync(_folder, "backup", Copy);
        var before = await File.ReadAllBytesAsync(_folder.At("deployments.db"));
        var good = await File.ReadAllBytesAsync(Copy);

        await RestoreRefusedAsync("There is no file", null);
        await RestoreRefusedAsync("is no SQLite database", "no database at all, but long enough to look like one"u8.ToArray());
        await RestoreRefusedAsync("is no database of this service", []);
        await RestoreRefusedAsync("is no database of this service", Changed("CREATE TABLE foreign_table (id INTEGER)", isForeign: true));
        await RestoreRefusedAsync("was made by a newer version of this service", Changed("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Later', '11.0.0')"));
        await RestoreRefusedAsync("is damaged", [.. good[..(good.Length / 2)], .. new byte[good.Length - (good.Length / 2)]]);
        await RestoreRefusedAsync("the clock says", Changed("UPDATE deployment_events SET time = time + 86400000"));
        await RefusedAsync(_folder, "is the database itself", "restore", _folder.At("deployments.db"));

        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.At("deployments.db")));
        Assert.DoesNotContain(Directory.GetFiles(_folder.Name), file => file.Contains("restor", StringComparison.Ordinal));

        async Task RestoreRefusedAsync(string sentence, byte[]? content)
        {
            var file = _other.At("copy.db");
            if (content is not null)
            {
                await File.WriteAllBytesAsync(file, content);
            }

            await RefusedAsync(_folder, sentence, "restore", file);
        }

        byte[] Changed(string sql, bool isForeign = false)
        {
            var file = _other.At("changed.db");
            File.WriteAllBytes(file, isForeign ? [] : good);
            using (var connection = new SqliteConnection($"Data Source={file};Pooling=false"))
            {
                connection.Open();
                using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Of this test.
                command.CommandText = sql;
#pragma warning restore CA2100
                command.ExecuteNonQuery();
            }

            return File.ReadAllBytes(file);
        }
    }

    [PostgresFact]
    public async Task On_a_server_it_is_said_what_to_run()
    {
        await RefusedAsync(_folder, $"pg_dump --format=custom --file={Copy} --host=127.0.0.1", "backup", Copy);
        await RefusedAsync(_folder, "DeploymentService after-restore", "restore", Copy);
    }

    private static async Task RefusedAsync(TempFolder folder, string sentence, params string[] words)
    {
        var (code, output, errors) = await Backups.TryAsync(folder, words);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(sentence, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!isSo())
        {
            await Task.Delay(1, limit.Token);
        }
    }

    /// <summary>A database with a deployment, of a service that has stopped.</summary>
    private async Task<string> FillAsync()
    {
        await using var app = new ServiceApp(folder: _folder.Name);
        return await new Project(app, "project").DeploymentAsync();
    }

    private static long CountIn(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM software_deployments";
        return (long)command.ExecuteScalar()!;
    }
}
