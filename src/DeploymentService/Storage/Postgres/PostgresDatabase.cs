using System.Diagnostics;
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

    // A start, a copy and a restore can wait for a server that has much to do: nobody else can do it for them.
    private const int PatientConnectSeconds = 15;

    // A peer that has vanished without a word is noticed after some seconds, also where a statement has no limit.
    private const int KeepAliveSeconds = 5;

    private static readonly TimeSpan LongestLockTimeout = TimeSpan.FromSeconds(3);

    private const string ReaderSettings = "SET default_transaction_read_only = on";

    /// <summary>
    /// The lock of all writers is never held for long by one that is stuck, and never waited for without end. All that a writer asks goes by keys: its plans must not depend
    /// on what the statistics say of tables that were small a minute ago. What is acknowledged is on the disk, and on the standby where one is synchronous.
    /// </summary>
    private const string WriterSettings = """
        SET idle_in_transaction_session_timeout = 2000; SET plan_cache_mode = force_generic_plan; SET jit = off;
        SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')
        """;

    private readonly PostgresTimeline _timeline = new();
    private readonly PostgresHosts _hosts;

    /// <summary>Connects to nothing yet.</summary>
    public PostgresDatabase(DatabaseOptions options)
    {
        BusyTimeout = options.BusyTimeout;
        var text = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        Name = $"{text.Database} at {text.Host}";
        CommandSeconds = Math.Max(1, (int)Math.Ceiling(BusyTimeout.TotalSeconds));
        LockTimeout = BusyTimeout < LongestLockTimeout ? BusyTimeout : LongestLockTimeout;
        _hosts = new([.. PostgresHosts.Split(text.Host!, text.Port).Select(host => new PostgresHost(
            host.Name,
            host.Port,
            Source(Connections(options, host, "deployment-service"), ReaderSettings),
            Source(Connections(options, host, WriterName, isPooled: false), $"SET lock_timeout = {Milliseconds(LockTimeout)}; {WriterSettings}"),
            Source(Connections(options, host, "deployment-service migration", isPooled: false, commandSeconds: 0), "")))]);
        // What lies in the pools leads to the server that was the primary before.
        _timeline.Changed += _hosts.ForgetReaders;
    }

    /// <summary>How the sessions of all writers are called at the server.</summary>
    public static string WriterName => "deployment-service writer";

    /// <summary>The database and its host, for people.</summary>
    public string Name { get; }

    /// <summary>How long is waited for a database that is held or not there.</summary>
    public TimeSpan BusyTimeout { get; }

    /// <summary>How long a batch waits for the lock of all writers before it looks whether who has it is at work.</summary>
    public TimeSpan LockTimeout { get; }

    /// <summary>How long a statement may take, in seconds; the one that commits has no limit.</summary>
    public int CommandSeconds { get; }

    /// <summary>The pool of connections that read, at the host that was the primary when it was last looked for.</summary>
    public NpgsqlDataSource Readers => _hosts.Primary.Readers;

    /// <summary>A connection that reads.</summary>
    /// <exception cref="NpgsqlException">No host is a primary that can be reached.</exception>
    public ValueTask<NpgsqlConnection> OpenReaderAsync() => _hosts.OpenAsync(static host => host.Readers);

    /// <summary>A connection that reads was broken off: those that lie beside it in the pool lead to the same host.</summary>
    public void Suspect(NpgsqlConnection reader) => _hosts.Suspect(reader.Host!, reader.Port);

    /// <summary>A new connection of a writer.</summary>
    /// <exception cref="NpgsqlException">No host is a primary that can be reached.</exception>
    public NpgsqlConnection OpenWriter() => _hosts.OpenAsync(static host => host.Writers).AsTask().GetAwaiter().GetResult();

    /// <summary>A new connection that may change the schema.</summary>
    /// <exception cref="NpgsqlException">No host is a primary that can be reached.</exception>
    public ValueTask<NpgsqlConnection> OpenMigratorAsync() => _hosts.OpenAsync(static host => host.Migrators);

    /// <inheritdoc cref="OpenMigratorAsync" />
    public NpgsqlConnection OpenMigrator() => OpenMigratorAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>A time as the server takes it; 0 would be for ever.</summary>
    public static int Milliseconds(TimeSpan time) => Math.Max(1, (int)time.TotalMilliseconds);

    /// <inheritdoc />
    public void Dispose() => _hosts.Dispose();

    // Nobody waits for a migration or a copy: a million rows may take a statement longer than a request.
    private NpgsqlConnectionStringBuilder Connections(DatabaseOptions options, (string Name, int Port) host, string name, bool isPooled = true, int? commandSeconds = null)
    {
        // Behind a socket of this machine nobody vanishes without a word, and it does not take the options of TCP.
        var isTcp = !host.Name.StartsWith('/') && !host.Name.StartsWith('@');
        var text = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            Host = host.Name,
            Port = host.Port,
            ApplicationName = name,
            CommandTimeout = commandSeconds ?? CommandSeconds,
            Pooling = isPooled,
            KeepAlive = 0,
            TcpKeepAlive = isTcp,
            TcpKeepAliveTime = isTcp ? KeepAliveSeconds : 0,
            TcpKeepAliveInterval = isTcp ? 1 : 0,
            MaxAutoPrepare = PreparedStatements,
            TargetSessionAttributes = null,
            IncludeErrorDetail = false,
            // Nothing of a session is changed by a query, and to reset it took as long as a show.
            NoResetOnClose = true,
        };
        if (!text.ShouldSerialize("GSS Encryption Mode"))
        {
            // Asked for by default, and where the server does not answer to it the driver has been seen to wait for ever.
            text.GssEncryptionMode = GssEncryptionMode.Disable;
        }

        if (!text.ShouldSerialize("Timeout"))
        {
            text.Timeout = commandSeconds == 0 ? PatientConnectSeconds : ConnectSeconds;
        }

        if (!text.ShouldSerialize("Maximum Pool Size"))
        {
            text.MaxPoolSize = MostReaders;
        }

        return text;
    }

    private NpgsqlDataSource Source(NpgsqlConnectionStringBuilder text, string settings)
    {
        // The name is what traces call it: otherwise it is the connection string.
        var builder = new NpgsqlDataSourceBuilder(text.ConnectionString) { Name = "deployments" };
        // Only what a request asks, directly or in a batch, and not what is looked at several times a second.
        builder.ConfigureTracing(tracing => tracing.ConfigureCommandFilter(_ => Activity.Current is not null).ConfigureBatchFilter(_ => Activity.Current is not null));
        // By a statement and not by the option of that name, which poolers refuse.
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = Command(connection, settings);
                _timeline.Check(command.ExecuteScalar());
            },
            async connection =>
            {
                await using var command = Command(connection, settings);
                _timeline.Check(await command.ExecuteScalarAsync());
            });
        return builder.Build();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string settings)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant.
        command.CommandText = $"{PostgresTimeline.Sql}; {settings}";
#pragma warning restore CA2100
        return command;
    }
}
