using System.Globalization;
using DeploymentService.Storage.Backup;
using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>Says what to run: the server's own programs copy its databases better than anybody else could.</summary>
internal sealed class PostgresBackup(DatabaseOptions options) : IBackupEngine
{
    /// <inheritdoc />
    public BackupContent Save(string file, bool overwrite, CancellationToken cancel) => throw new DatabaseUnusableException($"""
        The database is on a PostgreSQL server, which has a program for that (it may run on all the time):
          pg_dump --format=custom --file={file} {Connection()}
        """);

    /// <inheritdoc />
    public RestoreDraft Prepare(string file) => throw new DatabaseUnusableException($"""
        The database is on a PostgreSQL server, which has a program for that. Stop all replicas, and then:
          pg_restore --clean --if-exists --no-owner --exit-on-error {Connection("--dbname=")} {file}
          DeploymentService after-restore, with these settings, so that no number is given twice
        """);

    private string Connection(string database = "")
    {
        var text = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        return string.Create(CultureInfo.InvariantCulture, $"--host={text.Host} --port={text.Port} --username={text.Username} {database}{text.Database}");
    }
}
