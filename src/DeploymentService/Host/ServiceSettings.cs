using DeploymentService.Agents;
using DeploymentService.Auth;
using DeploymentService.Deadlines;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Fleet;
using DeploymentService.Http;
using DeploymentService.Http.Bodies;
using DeploymentService.Http.Connections;
using DeploymentService.Limits;
using DeploymentService.Observability;
using DeploymentService.Secrets;
using DeploymentService.Settings;
using DeploymentService.Storage;

namespace DeploymentService.Host;

/// <summary>All settings, checked together before anything is started.</summary>
public sealed record ServiceSettings(
    DatabaseOptions Database, WritingOptions Writing, AuthenticationOptions Authentication, ApiOptions Api, LoggingOptions Logging, AgentsOptions Agents,
    DeploymentsOptions Deployments, DeadlinesOptions Deadlines, FleetOptions Fleet, EventsOptions Events, SecretsOptions Secrets, LimitsOptions Limits, BodyOptions Bodies, CallerLimitsOptions CallerLimits)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="SettingsException">At least one is wrong; it names all that are.</exception>
    public static ServiceSettings Read(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration);
        var settings = Read(reader);
        ListenAddresses.Check(reader, configuration, settings.Authentication.Mode);
        UnknownSettings.Check(reader, configuration);
        return reader.Faults.Count == 0 ? settings : throw new SettingsException(reader.Faults);
    }

    /// <summary>The names of all settings of the service.</summary>
    public static IReadOnlySet<string> Names()
    {
        var reader = new SettingsReader(new ConfigurationBuilder().Build());
        Read(reader);
        return reader.Names;
    }

    private static ServiceSettings Read(SettingsReader reader) => new(
        DatabaseOptions.Read(reader),
        WritingOptions.Read(reader),
        AuthenticationOptions.Read(reader),
        ApiOptions.Read(reader),
        LoggingOptions.Read(reader),
        AgentsOptions.Read(reader),
        DeploymentsOptions.Read(reader),
        DeadlinesOptions.Read(reader),
        FleetOptions.Read(reader),
        EventsOptions.Read(reader),
        SecretsOptions.Read(reader),
        LimitsOptions.Read(reader, OpenFiles.Limit()),
        BodyOptions.Read(reader),
        CallerLimitsOptions.Read(reader));
}
