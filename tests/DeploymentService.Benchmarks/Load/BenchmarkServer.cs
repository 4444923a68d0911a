using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace DeploymentService.Benchmarks.Load;

/// <summary>A PostgreSQL server on this machine that databases are made on, and how much of the processor it takes.</summary>
/// <param name="connectionString">Of a user who may make databases.</param>
public sealed class BenchmarkServer(string connectionString)
{
    // The unit of the times in /proc on Linux.
    private const double TicksOfSecond = 100;

    private int _made;

    /// <summary>Makes an empty database; its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"deployment_benchmark_{Environment.ProcessId}_{++_made}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(connectionString) { Database = name }.ConnectionString;
    }

    /// <summary>Deletes one.</summary>
    public Task DropDatabaseAsync(string database) =>
        ExecuteAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(database).Database} WITH (FORCE)");

    /// <summary>Processor time so far: of the server, of those of its processes that have ended, and of those that run.</summary>
    public async Task<TimeSpan> ProcessorAsync()
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        var server = Parent(connection.ProcessID);
        var seconds = Times(server).Own + Times(server).Ended;
        foreach (var process in Process.GetProcesses().Where(process => Parent(process.Id) == server))
        {
            seconds += Times(process.Id).Own;
        }

        return TimeSpan.FromSeconds(seconds);
    }

    private static int Parent(int process) => Fields(process) is { Length: > 3 } fields ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0;

    private static (double Own, double Ended) Times(int process) => Fields(process) is { Length: > 14 } fields
        ? ((Number(fields[11]) + Number(fields[12])) / TicksOfSecond, (Number(fields[13]) + Number(fields[14])) / TicksOfSecond)
        : (0, 0);

    /// <summary>The fields behind the name, which may have spaces; none of a process that has ended.</summary>
    private static string[] Fields(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
