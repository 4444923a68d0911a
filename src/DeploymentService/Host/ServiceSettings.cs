using DeploymentService.Agents;
using DeploymentService.Auth;
using DeploymentService.Backup;
using DeploymentService.Deadlines;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Fleet;
using DeploymentService.Http;
using DeploymentService.Http.Bodies;
using DeploymentService.Http.Connections;
using DeploymentService.Limits;
using DeploymentService.Observability;
using DeploymentService.Quotas;
using DeploymentService.Retention;
using DeploymentService.Secrets;
using DeploymentService.Settings;
using DeploymentService.Stopping;
using DeploymentService.Storage;
using DeploymentService.Webhooks;

namespace DeploymentService.Host;

/// <summary>All settings, checked together before anything is started.</summary>
public sealed record ServiceSettings
{
    /// <summary>Where the data is.</summary>
    public required DatabaseOptions Database { get; init; }

    /// <summary>How changes are written.</summary>
    public required WritingOptions Writing { get; init; }

    /// <summary>Who is let in.</summary>
    public required AuthenticationOptions Authentication { get; init; }

    /// <summary>How answers are written.</summary>
    public required ApiOptions Api { get; init; }

    /// <summary>What is logged.</summary>
    public required LoggingOptions Logging { get; init; }

    /// <summary>What is measured.</summary>
    public required TelemetryOptions Telemetry { get; init; }

    /// <summary>The servers' side.</summary>
    public required AgentsOptions Agents { get; init; }

    /// <summary>What deployments may be.</summary>
    public required DeploymentsOptions Deployments { get; init; }

    /// <summary>What is kept of runs.</summary>
    public required RunsOptions Runs { get; init; }

    /// <summary>When what is overdue fails.</summary>
    public required DeadlinesOptions Deadlines { get; init; }

    /// <summary>When servers are silent.</summary>
    public required FleetOptions Fleet { get; init; }

    /// <summary>How long events are kept.</summary>
    public required EventsOptions Events { get; init; }

    /// <summary>How long what has ended is kept.</summary>
    public required RetentionOptions Retention { get; init; }

    /// <summary>Copies of the database.</summary>
    public required BackupOptions Backup { get; init; }

    /// <summary>What is a secret.</summary>
    public required SecretsOptions Secrets { get; init; }

    /// <summary>How many connections there may be, and how long an answer may take.</summary>
    public required LimitsOptions Limits { get; init; }

    /// <summary>How large bodies may be.</summary>
    public required BodyOptions Bodies { get; init; }

    /// <summary>What one caller may ask for.</summary>
    public required CallerLimitsOptions CallerLimits { get; init; }

    /// <summary>How much a project may have.</summary>
    public required QuotasOptions Quotas { get; init; }

    /// <summary>Where webhooks may lead.</summary>
    public required WebhooksOptions Webhooks { get; init; }

    /// <summary>How the service stops.</summary>
    public required StoppingOptions Stopping { get; init; }

    /// <summary>Reads them.</summary>
    /// <exception cref="SettingsException">At least one is wrong; it names all that are.</exception>
    public static ServiceSettings Read(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration);
        var settings = Read(reader);
        ListenAddresses.Check(reader, configuration, settings.Authentication.Mode);
        ListenAddresses.CheckMetrics(reader, configuration, settings);
        UnknownSettings.Check(reader, configuration);
        reader.ThrowIfAny();
        return settings;
    }

    /// <summary>The names of all settings of the service.</summary>
    public static IReadOnlySet<string> Names()
    {
        var reader = new SettingsReader(new ConfigurationBuilder().Build());
        Read(reader);
        return reader.Names;
    }

    private static ServiceSettings Read(SettingsReader reader) => Read(reader, DatabaseOptions.Read(reader));

    private static ServiceSettings Read(SettingsReader reader, DatabaseOptions database) => new()
    {
        Database = database,
        Writing = WritingOptions.Read(reader),
        Authentication = AuthenticationOptions.Read(reader),
        Api = ApiOptions.Read(reader),
        Logging = LoggingOptions.Read(reader),
        Telemetry = TelemetryOptions.Read(reader),
        Agents = AgentsOptions.Read(reader),
        Deployments = DeploymentsOptions.Read(reader),
        Runs = RunsOptions.Read(reader),
        Deadlines = DeadlinesOptions.Read(reader),
        Fleet = FleetOptions.Read(reader),
        Events = EventsOptions.Read(reader),
        Retention = RetentionOptions.Read(reader),
        Backup = BackupOptions.Read(reader, database),
        Secrets = SecretsOptions.Read(reader),
        Limits = LimitsOptions.Read(reader, OpenFiles.Limit()),
        Bodies = BodyOptions.Read(reader),
        CallerLimits = CallerLimitsOptions.Read(reader),
        Quotas = QuotasOptions.Read(reader),
        Webhooks = WebhooksOptions.Read(reader),
        Stopping = StoppingOptions.Read(reader, database.HasReplicas),
    };
}
