using System.Diagnostics;
using System.Globalization;
using DeploymentService.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DeploymentService.Tests.Support;

/// <summary>The one PostgreSQL server of the tests, with nothing of the machine's own: started for the first of them, it ends with the process, however that ends.</summary>
internal sealed class PostgresServer
{
    private const string Template = "deployments";

    // It ends when its input does, so that not even a run of the tests that is killed leaves a server or a folder behind.
    // Few ports below 32768 are taken, and none of them by a test that asks for any port.
    private const string Script = """
        trap '' HUP INT PIPE TERM
        folder=$(mktemp -d) || exit 1
        data=$folder/data log=$folder/log port=0
        if "$1/initdb" -D "$data" -U tests -A trust -E UTF8 --locale=C --locale-provider=icu --icu-locale=en-US --no-sync > "$log" 2>&1; then
          for port in $(shuf -n 5 -i 23000-32000); do
            "$1/pg_ctl" -D "$data" -l "$log" -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='$folder' -c max_connections=1000 -c fsync=off" start > /dev/null && break
            port=0
          done
        fi
        if [ $port = 0 ]; then cat "$log" >&2; else echo $port; cat > /dev/null; "$1/pg_ctl" -D "$data" -m immediate stop > /dev/null; fi
        rm -rf "$folder"
        """;

    private static readonly string? Programs = ProgramFolders().FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));

    private static readonly Lazy<PostgresServer> LazyShared = new(() => new());

    private readonly Process _process;
    private readonly int _port;

    private PostgresServer()
    {
        if (Missing is not null)
        {
            throw new InvalidOperationException(Missing);
        }

        // initdb refuses to work for root.
        string[] user = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];
        string[] command = [.. user, "sh", "-c", Script, "sh", Programs!];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop();
        _port = int.TryParse(_process.StandardOutput.ReadLine(), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port
            : throw new InvalidOperationException($"PostgreSQL did not start.\n{_process.StandardError.ReadToEnd()}");
        MakeTemplate();
    }

    /// <summary>Why there is no server; null when there is.</summary>
    public static string? Missing { get; } = Programs is null ? "There is no PostgreSQL: install it (apt-get install postgresql)." : null;

    public static PostgresServer Shared => LazyShared.Value;

    /// <summary>One of the programs that come with it.</summary>
    public static string Tool(string name) => Path.Combine(Programs!, name);

    /// <summary>For a client of a database.</summary>
    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={_port};Username=tests;Database={database}";

    /// <summary>Makes a database with the service's tables.</summary>
    // Copied in files, which takes a fourth of the time where nothing is forced to the disk.
    public void Create(string database) => Execute($"CREATE DATABASE {database} TEMPLATE {Template} STRATEGY file_copy");

    public void Drop(string database) => Execute($"DROP DATABASE IF EXISTS {database} WITH (FORCE)");

    private static IEnumerable<string> ProgramFolders()
    {
        const string debian = "/usr/lib/postgresql";
        var versions = Directory.Exists(debian) ? Directory.GetDirectories(debian) : [];
        return versions.OrderByDescending(folder => double.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator));
    }

    /// <summary>A copy of its tables is made more quickly than they are.</summary>
    private void MakeTemplate()
    {
        Execute($"CREATE DATABASE {Template}");
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System);
        services.AddDatabase(TestDatabase.OptionsOf(TestDatabase.PostgresSettings(ConnectionString(Template))));
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<ISchema>().BringUpToDate();
    }

    private void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private void Stop()
    {
        _process.StandardInput.Close();
        _process.WaitForExit(TimeSpan.FromSeconds(10));
    }
}
