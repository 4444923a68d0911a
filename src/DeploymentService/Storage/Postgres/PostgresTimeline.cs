using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>
/// Which history of the data a server is in. A server that takes over begins the next one, so a primary that was paused, and goes on for a moment as if nothing had happened, is told by
/// an older one than was seen before: it does not know what was acknowledged since.
/// </summary>
internal sealed class PostgresTimeline
{
    /// <summary>Asks a server: the number of its history, 0 for a standby. The name of a file of the journal begins with it.</summary>
    public const string Sql = """
        SELECT CASE WHEN pg_is_in_recovery() THEN 0 ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint END
        """;

    private readonly Lock _lock = new();
    private long _latest;

    /// <summary>Another server has taken over since the last connection was made.</summary>
    public event Action? Changed;

    /// <summary>Refuses a server that is not the primary, or is not any more.</summary>
    /// <param name="answer">What it answered to <see cref="Sql"/>.</param>
    /// <exception cref="NpgsqlException">It may not know what was acknowledged.</exception>
    public void Check(object? answer)
    {
        var timeline = (long)answer!;
        lock (_lock)
        {
            if (timeline == _latest && timeline > 0)
            {
                return;
            }

            if (timeline < _latest || timeline == 0)
            {
                throw new NpgsqlException(timeline == 0 ? "The server is a standby." : $"The server was the primary until another one took over: its timeline is {timeline}, and {_latest} was seen.");
            }

            var isFirst = _latest == 0;
            _latest = timeline;
            if (isFirst)
            {
                return;
            }
        }

        Changed?.Invoke();
    }
}
