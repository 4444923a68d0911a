using System.Diagnostics;
using DeploymentService.Fleet;
using DeploymentService.Json;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Benchmarks.Seeding;

/// <summary>Fills a database with a fleet of 60 days, as an operator finds it: nearly all complete, some failed, a rollout on its way, some servers silent.</summary>
public static class FleetSeed
{
    private const int RowsOfTransaction = 5_000;
    private const int Days = 60;
    private const int EventsOfSegment = 65_536;

    private const string InsertDeployment = $"""
        INSERT INTO software_deployments ({DeploymentColumns.All})
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, NULL, ?11, ?12, 1, 0, ?13, ?14, ?15, ?16, ?17, ?7 != 'IN_PROGRESS' OR ?17 IS NOT NULL,
        ?11, 'pipeline', CASE WHEN ?7 != 'IN_PROGRESS' THEN ?12 END, NULL, 0)
        """;

    private const string InsertConfig = """
        INSERT INTO software_configs (project_id, id, sequence, name, "group", config, inputs, outputs, options, creation_time)
        VALUES (?1, ?2, ?3, ?4, 'script', ?5, ?6, ?7, ?8, ?9)
        """;

    private const string InsertEvent = """
        INSERT INTO deployment_events (sequence, project_id, deployment_number, deployment_id, server_id, time, kind, execution, status_from, status_to,
        reason, repeated, actor_name, actor_role, request_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?10, 0, ?11, ?12, ?13)
        """;

    private const string IndexEvents = """
        INSERT INTO deployment_event_index (segment, deployment_number, sequence)
        SELECT ?1, deployment_number, sequence FROM deployment_events WHERE sequence BETWEEN ?1 AND ?2 ORDER BY deployment_number, sequence
        """;

    private const string InsertSegment = "INSERT INTO deployment_event_segments (first_event, last_event) VALUES (?1, ?2)";

    private static readonly string[] Names =
    [
        "install-packages", "configure-ntp", "join-cluster", "rotate-certificates", "upgrade-kernel", "deploy-web", "deploy-worker", "tune-network",
        "mount-volumes", "backup-agent", "collect-metrics", "harden-ssh",
    ];

    private static readonly string[] Actions = ["CREATE", "UPDATE", "RESUME"];

    /// <summary>Makes the fleet and says how to look at it; the exit code.</summary>
    public static async Task<int> RunAsync(SeedOptions options)
    {
        var watch = Stopwatch.StartNew();
        if (await MakeAsync(options) is not 0 and var code)
        {
            return code;
        }

        await Console.Out.WriteLineAsync($"""
            {options.Deployments} deployments on {options.Servers} servers in {watch.Elapsed.TotalSeconds:0} s, in the project {options.Project} of {options.Database}. Now:
                dotnet run --project src/DeploymentService -- --urls http://127.0.0.1:8005 --ConnectionStrings:Deployments "Data Source={options.Database}" --Servers:SilentSeconds 3600
                open http://127.0.0.1:8005/dashboard with the project {options.Project} and the token of {Path.Combine(Path.GetDirectoryName(options.Database) ?? "", "admin.token")}
            """);
        return 0;
    }

    /// <summary>Makes the fleet; the exit code.</summary>
    public static async Task<int> MakeAsync(SeedOptions options)
    {
        var file = Path.GetFullPath(options.Database);
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System);
        services.AddDatabase(new DatabaseOptions
        {
            Provider = DatabaseProvider.Sqlite,
            ConnectionString = $"Data Source={file}",
            BusyTimeout = TimeSpan.FromSeconds(5),
            File = file,
        });
        await using var provider = services.BuildServiceProvider();
        try
        {
            // Takes possession of the file, and says so where a service has it.
            provider.GetRequiredService<ISchema>().BringUpToDate();
        }
        catch (DatabaseUnusableException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return 1;
        }

        using var session = provider.GetRequiredService<SqliteDatabase>().OpenWriter();
        // Nobody else moves the journal into the file, and that of a large fleet would be many gigabytes. Ids are random: without memory each row reads and writes
        // pages of its own.
        session.Run("PRAGMA wal_autocheckpoint = 10000; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -262144;");
        Fill(session, options, TimeProvider.System.GetUtcNow().UtcDateTime);
        session.Run("PRAGMA wal_checkpoint(TRUNCATE);");
        return 0;
    }

    /// <summary>Fills the tables. The same options give the same fleet, seen from now.</summary>
    private static void Fill(SqliteSession session, SeedOptions options, DateTime now)
    {
        var random = new Random(4711);
        var configs = Names.SelectMany(name => Enumerable.Range(1, 3).Select(version => (Id: NewId(random), Name: $"{name}-{version}"))).ToList();
        var lastConfig = session.Number("SELECT coalesce(max(sequence), 0) FROM software_configs");
        InRows(session, configs, config => session.Prepare(InsertConfig)
            .Bind(1, options.Project).Bind(2, config.Id).Bind(3, (long?)++lastConfig).Bind(4, config.Name).Bind(5, JsonText.Parse("\"#!/bin/sh\\necho $release\\n\""))
            .Bind(6, JsonText.Parse("""[{"name": "release"}, {"name": "license", "hidden": true}]""")).Bind(7, JsonText.Parse("""[{"name": "error", "error_output": true}]"""))
            .Bind(8, JsonText.EmptyObject).Bind(9, now.AddDays(-Days)).Execute());

        var first = session.Number("SELECT coalesce(max(sequence), 0) FROM software_deployments");
        var deployments = Enumerable.Range(1, options.Deployments).Select(place => new SeededDeployment(
            first + place, ServerOf(random.Next(options.Servers)), CreationOf(place, options.Deployments, now), now, random)).ToList();
        Lengthen(deployments, options.Events, now, random);
        InRows(session, deployments, deployment => Insert(session, options.Project, configs[random.Next(configs.Count)].Id, deployment, random));
        var lastEvent = session.Number("SELECT coalesce(max(sequence), 0) FROM deployment_events");
        InRows(session, deployments.SelectMany(deployment => deployment.Steps, (deployment, step) => (deployment, step)).OrderBy(evt => evt.step.Time), evt =>
            Insert(session, options.Project, evt.deployment, (++lastEvent, evt.step), random));
        Index(session, lastEvent);

        // One server in fifty has not been heard of for hours.
        InRows(session, Enumerable.Range(0, options.Servers), server => session.Prepare(ServerSql.PutText)
            .Bind(1, options.Project).Bind(2, ServerOf(server)).Bind(3, server % 50 == 7 ? now.AddHours(-random.Next(2, 72)) : now.AddSeconds(-random.Next(60)))
            .Bind(4, (DateTime?)now.AddDays(-1)).Bind(5, now).Execute());
    }

    /// <summary>A longer history: updates of any that have ended, again and again.</summary>
    private static void Lengthen(List<SeededDeployment> deployments, int events, DateTime now, Random random)
    {
        var ended = deployments.Where(deployment => deployment.Updated is not null).ToList();
        for (var missing = events - deployments.Sum(deployment => deployment.Steps.Count); missing > 0 && ended.Count > 0; missing--)
        {
            ended[random.Next(ended.Count)].UpdateAgain(now, random);
        }
    }

    /// <summary>Writes the full segments of the index of the histories, as the service would at its start.</summary>
    private static void Index(SqliteSession session, long lastEvent)
    {
        var first = session.Number("SELECT coalesce(max(last_event), 0) + 1 FROM deployment_event_segments");
        for (var last = first + EventsOfSegment - 1; last <= lastEvent; (first, last) = (last + 1, last + EventsOfSegment))
        {
            InRows(session, [(first, last)], segment =>
            {
                session.Prepare(IndexEvents).Bind(1, segment.first).Bind(2, segment.last).Execute();
                session.Prepare(InsertSegment).Bind(1, segment.first).Bind(2, segment.last).Execute();
            });
        }
    }

    private static void Insert(SqliteSession session, string project, string config, SeededDeployment deployment, Random random) => session.Prepare(InsertDeployment)
        .Bind(1, project).Bind(2, deployment.Id).Bind(3, (long?)deployment.Number).Bind(4, deployment.Server).Bind(5, config)
        .Bind(6, Actions[random.Next(Actions.Length)]).Bind(7, deployment.Status).Bind(8, deployment.Reason)
        .Bind(9, JsonText.Parse($$"""{"release": "2026.{{random.Next(1, 12)}}", "license": "not-for-everybody", "db_password": "hunter2"}"""))
        .Bind(10, deployment.Outputs is { } outputs ? JsonText.Parse(outputs) : null)
        .Bind(11, (DateTime?)deployment.Created).Bind(12, deployment.Updated).Bind(13, (long?)deployment.Revision).Bind(14, deployment.Timeout)
        .Bind(15, deployment.Deadline).Bind(16, (long?)(int)deployment.Lateness).Bind(17, deployment.Fetched)
        .Execute();

    private static void Insert(SqliteSession session, string project, SeededDeployment deployment, (long Number, SeededDeployment.Step Step) evt, Random random) => session.Prepare(InsertEvent)
        .Bind(1, (long?)evt.Number).Bind(2, project).Bind(3, (long?)deployment.Number).Bind(4, deployment.Id).Bind(5, deployment.Server).Bind(6, (DateTime?)evt.Step.Time)
        .Bind(7, evt.Step.Kind).Bind(8, evt.Step.From).Bind(9, evt.Step.To).Bind(10, evt.Step.Reason).Bind(11, evt.Step.ActorName).Bind(12, evt.Step.ActorRole)
        .Bind(13, $"req-{new Guid(random.Next(), 0, 0, new byte[8])}")
        .Execute();

    private static string NewId(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }

    private static string ServerOf(int server) => $"server-{server:00000}";

    /// <summary>Evenly over the days, and the last hundredth in the last hours: a rollout.</summary>
    private static DateTime CreationOf(int place, int all, DateTime now)
    {
        var share = (double)place / all;
        return share < 0.98 ? now.AddDays(-Days * (1 - (share / 0.98))).AddHours(-6) : now.AddHours(-6 * (1 - share) / 0.02);
    }

    private static void InRows<T>(SqliteSession session, IEnumerable<T> rows, Action<T> insert)
    {
        foreach (var part in rows.Chunk(RowsOfTransaction))
        {
            session.Prepare("BEGIN IMMEDIATE").Execute();
            foreach (var row in part)
            {
                insert(row);
            }

            session.Prepare("COMMIT").Execute();
        }
    }
}
