using DeploymentService.Agents;
using DeploymentService.Audit;
using DeploymentService.Auth;
using DeploymentService.Auth.Sessions;
using DeploymentService.Backup;
using DeploymentService.CommandLine;
using DeploymentService.Configs;
using DeploymentService.Dashboard;
using DeploymentService.Deadlines;
using DeploymentService.Deployments;
using DeploymentService.Discovery;
using DeploymentService.Events;
using DeploymentService.Fleet;
using DeploymentService.Host;
using DeploymentService.Host.OpenApi;
using DeploymentService.Http;
using DeploymentService.Http.Bodies;
using DeploymentService.Http.Connections;
using DeploymentService.Idempotency;
using DeploymentService.Limits;
using DeploymentService.Observability;
using DeploymentService.Quotas;
using DeploymentService.Retention;
using DeploymentService.Rollouts;
using DeploymentService.Runs;
using DeploymentService.Secrets;
using DeploymentService.Settings;
using DeploymentService.Stopping;
using DeploymentService.Storage;
using DeploymentService.Usage;
using DeploymentService.Waiting;
using DeploymentService.Webhooks;

namespace DeploymentService;

/// <summary>The service: one line adds a feature, one line maps it.</summary>
public sealed class Program
{
    private Program()
    {
    }

    /// <summary>Runs the service until it is stopped, or does what a word on the command line says. The exit code is not zero when it could not.</summary>
    public static async Task<int> Main(string[] args)
    {
        if (!ProgramArguments.AreSettings(args))
        {
            return await ProgramCommands.RunAsync(args, Surroundings.OfProcess(TimeProvider.System));
        }

        try
        {
            await using var app = Build(args);
            await ListenProbe.StartAsync(app);
            await app.WaitForShutdownAsync();
            return Environment.ExitCode;
        }
        catch (Exception exception)
        {
            await Console.Error.WriteLineAsync(Describe(exception));
            return 1;
        }
    }

    /// <summary>An operator reads a sentence. Whatever nobody has foreseen keeps its stack.</summary>
    private static string Describe(Exception exception) => exception switch
    {
        SettingsException or CannotListenException or DatabaseUnusableException or DatabaseUnavailableException or IOException => exception.Message,
        // A settings file that cannot be read, and what is wrong with it.
        InvalidDataException => $"{exception.Message} {exception.GetBaseException().Message}",
        _ => exception.ToString(),
    };

    /// <summary>Puts the service together and brings its database up to date.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="replace">Puts something else in the place of a part; for the benchmarks.</param>
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    /// <exception cref="CannotListenException">An address cannot be had.</exception>
    /// <exception cref="DatabaseUnusableException">The database cannot be used.</exception>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? replace = null)
    {
        // The settings are read once: a watcher of files would wake up at every write to a database under the working directory.
        var builder = WebApplication.CreateBuilder([.. args, "--hostBuilder:reloadConfigOnChange=false"]);
        ListenAddresses.ApplyStandard(builder.Configuration);
        var settings = ServiceSettings.Read(builder.Configuration);
        ListenAddresses.Add(builder.Configuration, settings.Telemetry.Address);

        builder.AddLog(settings.Logging, isTraced: settings.Telemetry.SendsTraces);
        builder.Services.AddTelemetry(settings.Telemetry);
        builder.AddWire(settings.Api, WireJsonContext.AddTo);
        builder.Services.AddSingleton<IExceptionFaults, DatabaseExceptionFaults>();
        builder.AddBodies(settings.Bodies);
        builder.AddConnectionLimit(settings.Limits);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddWriter(settings.Writing);
        builder.Services.AddDatabase(settings.Database);
        builder.Services.AddAuth(settings.Authentication);
        builder.Services.AddCallerLimits(settings.CallerLimits);
        builder.Services.AddQuotas(settings.Quotas);
        builder.Services.AddSingleton<UsageReports>();
        builder.Services.AddSecrets(settings.Secrets);
        builder.Services.AddEvents(settings.Events);
        builder.Services.AddSingleton<AuditLog>();
        builder.Services.AddFleet(settings.Fleet);
        builder.Services.AddWaiting();
        builder.Services.AddIdempotency();
        builder.Services.AddConfigs();
        builder.Services.AddDeployments(settings.Deployments, settings.Runs);
        builder.Services.AddRuns();
        builder.Services.AddRollouts();
        builder.Services.AddWebhooks(settings.Webhooks);
        builder.Services.AddDeadlines(settings.Deadlines);
        builder.Services.AddAgents(settings.Agents);
        builder.Services.AddRetention(settings.Retention);
        builder.Services.AddBackups(settings.Backup);
        builder.Services.AddStopping(settings.Stopping);
        builder.Services.AddHealth();
        builder.Services.AddDashboard();
        builder.Services.AddOpenApiDocument(settings.Api, settings.Bodies);
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        try
        {
            ListenProbe.Try(app);
            app.LogStart(ProgramVersion.Text);
            app.Services.GetRequiredService<ISchema>().BringUpToDate();
            // A start that could let nobody in, or could not sign, ends here.
            app.Services.GetService<BootstrapToken>()?.CheckAsync().GetAwaiter().GetResult();
        }
        catch
        {
            // The database is free for the next start.
            ((IDisposable)app).Dispose();
            throw;
        }

        app.UseMiddleware<RequestId>();
        app.UseRequestLog();
        app.UseMiddleware<FaultHandler>();
        app.UseMetricsAddress(settings.Telemetry);
        app.UseMiddleware<HeadRequests>();
        app.UseMiddleware<OwnPagesOnly>();
        app.UseMiddleware<PathNormalizationMiddleware>();
        app.UseSignedUrls();
        app.UseSwaggerPages();
        app.UseDashboardCompression();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRequestRates(settings.CallerLimits);
        app.UseAuthorization();

        app.MapDiscovery();
        app.MapHealth();
        app.MapUsageOfAll();
        app.MapMetrics(settings.Telemetry);
        app.MapDashboard();
        app.MapSignedUrls();
        var project = app.MapProject();
        project.MapConfigs();
        project.MapDeployments(DeploymentReadEndpoints.MapDeploymentReads);
        project.MapAgents();
        project.MapRuns();
        project.MapEvents();
        project.MapAudit();
        project.MapFleet();
        project.MapProjects();
        project.MapQuotas();
        project.MapUsage();
        project.MapWaiting();
        project.MapRollouts();
        project.MapWebhooks();
        project.MapCaller();
        project.MapProjectDiscovery();
        if (settings.Authentication.Mode != AuthenticationMode.Keystone)
        {
            project.MapTokens();
        }

        if (settings.Authentication.SignIn)
        {
            app.MapSessions();
        }

        return app;
    }
}
