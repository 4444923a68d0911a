using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>How connections to the server are made: pooled ones that read, and the writer's own.</summary>
internal sealed class PostgresDatabase : IDisposable
{
    // A server takes 100 connections unless it is told otherwise, and several replicas share them.
    private const int MostReaders = 20;

    // A statement that the service asks again and again is prepared once a connection; there are about a hundred of them.
    private const int PreparedStatements = 200;

    // Whoever takes longer than this to be connected to is mostly not there any more.
    private const int ConnectSeconds = 2;

    // A peer that has vanished without a word is noticed after some seconds, also where a statement has no limit.
    private const int KeepAliveSeconds = 5;

    private const string ReaderSettings = "SET default_transaction_read_only = on";

    /// <summary>
    /// The lock of all writers is never held for long by one that is stuck, and never waited for without end. All that a writer asks goes by keys: its plans must not depend
    /// on what the statistics say of tables that were small a minute ago. What is acknowledged is on the disk, and on the standby where one is synchronous.
    /// </summary>
    private const string WriterSettings = """
        SET idle_in_transaction_session_timeout = 2000; SET lock_timeout = 3000; SET plan_cache_mode = force_generic_plan; SET jit = off;
        SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')
        """;

    private readonly NpgsqlDataSource _readers;
    private readonly NpgsqlDataSource _writers;
    private readonly NpgsqlDataSource _migrators;

    /// <summary>Connects to nothing yet.</summary>
    public PostgresDatabase(DatabaseOptions options)
    {
        BusyTimeout = options.BusyTimeout;
        var text = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        Name = $"{text.Database} at {text.Host}";
        CommandSeconds = Math.Max(1, (int)Math.Ceiling(BusyTimeout.TotalSeconds));
        _readers = Source(Connections(options, "deployment-service"), ReaderSettings);
        _writers = Source(Connections(options, WriterName, isPooled: false), WriterSettings);
        _migrators = Source(Connections(options, "deployment-service migration", isPooled: false), "");
    }

    /// <summary>How the sessions of all writers are called at the server.</summary>
    public static string WriterName => "deployment-service writer";

    /// <summary>The database and its host, for people.</summary>
    public string Name { get; }

    /// <summary>How long is waited for a database that is held or not there.</summary>
    public TimeSpan BusyTimeout { get; }

    /// <summary>How long a statement may take, in seconds; the one that commits has no limit.</summary>
    public int CommandSeconds { get; }

    /// <summary>The connections that read.</summary>
    public NpgsqlDataSource Readers => _readers;

    /// <summary>A new connection of a writer.</summary>
    public NpgsqlConnection OpenWriter() => _writers.OpenConnection();

    /// <summary>The connections that change the schema.</summary>
    public NpgsqlDataSource Migrators => _migrators;

    /// <inheritdoc />
    public void Dispose()
    {
        _readers.Dispose();
        _writers.Dispose();
        _migrators.Dispose();
    }

    private NpgsqlConnectionStringBuilder Connections(DatabaseOptions options, string name, bool isPooled = true)
    {
        var text = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            ApplicationName = name,
            CommandTimeout = CommandSeconds,
            Pooling = isPooled,
            KeepAlive = 0,
            TcpKeepAlive = true,
            TcpKeepAliveTime = KeepAliveSeconds,
            TcpKeepAliveInterval = 1,
            MaxAutoPrepare = PreparedStatements,
            TargetSessionAttributes = null,
            HostRecheckSeconds = 1,
            IncludeErrorDetail = false,
        };
        if (!text.ShouldSerialize("Timeout"))
        {
            text.Timeout = ConnectSeconds;
        }

        if (!text.ShouldSerialize("Maximum Pool Size"))
        {
            text.MaxPoolSize = MostReaders;
        }

        return text;
    }

    private static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder text, string settings)
    {
        var builder = new NpgsqlDataSourceBuilder(text.ConnectionString);
        // By a statement and not by the option of that name, which poolers refuse.
        builder.UsePhysicalConnectionInitializer(
            connection => Begin(connection, settings),
            connection => BeginAsync(connection, settings));
        return text.Host!.Contains(',', StringComparison.Ordinal)
            ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary)
            : builder.Build();
    }

    private static void Begin(NpgsqlConnection connection, string settings)
    {
        using var command = Command(connection, settings);
        RefuseStandby(command.ExecuteScalar());
    }

    private static async Task BeginAsync(NpgsqlConnection connection, string settings)
    {
        await using var command = Command(connection, settings);
        RefuseStandby(await command.ExecuteScalarAsync());
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string settings)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant.
        command.CommandText = $"SELECT pg_is_in_recovery(); {settings}";
#pragma warning restore CA2100
        return command;
    }

    /// <summary>A name may lead to a server that was the primary until a moment ago.</summary>
    private static void RefuseStandby(object? isStandby)
    {
        if (isStandby is true)
        {
            throw new NpgsqlException("The server is a standby.", new TimeoutException("A primary is expected."));
        }
    }
}
