using DeploymentService.Benchmarks.Seeding;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Benchmarks.Load;

/// <summary>A database that is seeded once and copied for each host that works on it.</summary>
public sealed class SeededDatabase
{
    private const string Database = "deployments.db";
    private const string Paths = "paths.txt";

    // As with the fleets to look at.
    private const int DeploymentsOfServer = 20;

    private readonly string _folder;

    private SeededDatabase(string folder, int deployments)
    {
        _folder = folder;
        Deployments = deployments;
    }

    /// <summary>How many deployments it has.</summary>
    public int Deployments { get; }

    /// <summary>How many servers it has.</summary>
    public int Servers => Math.Max(1, Deployments / DeploymentsOfServer);

    /// <summary>How many events it has.</summary>
    public long Events { get; private set; }

    /// <summary>The size of its file, in MB.</summary>
    public double Megabytes => new FileInfo(Path.Combine(_folder, Database)).Length / 1024.0 / 1024.0;

    /// <summary>Makes one.</summary>
    /// <param name="folder">Where; it is made.</param>
    /// <param name="deployments">How many deployments.</param>
    /// <param name="events">How many events at least.</param>
    public static async Task<SeededDatabase> MakeAsync(string folder, int deployments, int events)
    {
        var made = new SeededDatabase(Directory.CreateDirectory(folder).FullName, deployments);
        var file = Path.Combine(folder, Database);
        if (await FleetSeed.MakeAsync(new(file, "benchmark", deployments, made.Servers, events)) != 0)
        {
            throw new InvalidOperationException("The database could not be seeded.");
        }

        await using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await made.WritePathsAsync(connection);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM deployment_events";
        made.Events = (long)(await command.ExecuteScalarAsync())!;
        return made;
    }

    /// <summary>Copies it into a new folder, where a host finds it.</summary>
    public void CopyTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var name in new[] { Database, Paths })
        {
            var copy = Path.Combine(folder, name);
            File.Copy(Path.Combine(_folder, name), copy);
            // To the disk now, not while the load runs.
            using var file = File.OpenHandle(copy, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(file);
        }
    }

    private async Task WritePathsAsync(SqliteConnection connection)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM software_deployments ORDER BY sequence";
        await using var rows = await command.ExecuteReaderAsync();
        await using var file = File.CreateText(Path.Combine(_folder, Paths));
        while (await rows.ReadAsync())
        {
            await file.WriteLineAsync($"/v1/benchmark/software_deployments/{rows.GetString(0)}");
        }
    }
}
