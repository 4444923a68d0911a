using DeploymentService.Auth;
using DeploymentService.Http;
using Serilog;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Compact;
using Serilog.Formatting.Display;

namespace DeploymentService.Observability;

/// <summary>
/// The log: standard output, one event a request. No body, no token and no value of a client is ever in it: a path can carry a secret,
/// so the event has the route's pattern and not the path.
/// </summary>
public static partial class LoggingSetup
{
    private const string LineTemplate = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";
    private const string TracedLineTemplate = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {Message:lj} {TraceId}{NewLine}{Exception}";
    private const string RequestTemplate = "{Method} {Route} {Status} in {Milliseconds} ms, project {Project}, token {Token}, {RequestId}";

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> Routes = new();

    /// <summary>Makes Serilog the log of the host.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="options">What is logged, and how.</param>
    /// <param name="isTraced">Whether lines for people end with the id of the trace; JSON has it where there is one (<c>@tr</c>).</param>
    public static void AddLog(this WebApplicationBuilder builder, LoggingOptions options, bool isTraced)
    {
        builder.Logging.ClearProviders();
        builder.Services.AddSerilog(
            (services, log) =>
            {
                ITextFormatter formatter = options.Json
                    ? new CompactJsonFormatter()
                    : new MessageTemplateTextFormatter(isTraced ? TracedLineTemplate : LineTemplate, System.Globalization.CultureInfo.InvariantCulture);
                log.MinimumLevel.Is(options.Level)
                    .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                    .MinimumLevel.Override("Microsoft.Hosting.Lifetime", options.Level)
                    // The host's own account of each request: the service has one event for it, and the host makes a trace for each only to log it.
                    .MinimumLevel.Override("Microsoft.AspNetCore.Hosting.Diagnostics", LevelAlias.Off)
                    // Every attempt of a request to Keystone; what came of it has an event of its own.
                    .MinimumLevel.Override("Polly", LogEventLevel.Error)
                    .Enrich.FromLogContext()
                    .Enrich.With<RemoveRequestPathEnricher>()
                    .ReadFrom.Services(services)
                    .WriteTo.Sink(new BufferedConsoleSink(Console.OpenStandardOutput(), formatter));
            },
            preserveStaticLogger: true);
    }

    /// <summary>The first line: which build writes the ones that follow.</summary>
    public static void LogStart(this WebApplication app, string build) => Log.Starts(app.Logger, build);

    /// <summary>Writes one event for each request.</summary>
    public static void UseRequestLog(this WebApplication app) => app.UseSerilogRequestLogging(options =>
    {
        var stopping = app.Lifetime.ApplicationStopping;
        options.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
        options.MessageTemplate = RequestTemplate;
        options.GetLevel = (http, _, exception) =>
            exception is not null || (http.Response.StatusCode >= 500 && !IsOfStop(http) && !HealthEndpoints.IsOfStart(http)) ? LogEventLevel.Error : LogEventLevel.Information;
        options.GetMessageTemplateProperties = Describe;

        // Those who wait are sent to another replica; what fails at a stop has its own line.
        bool IsOfStop(HttpContext http) => http.Response.StatusCode == StatusCodes.Status503ServiceUnavailable && stopping.IsCancellationRequested;
    });

    private static IEnumerable<LogEventProperty> Describe(HttpContext http, string path, double milliseconds, int status)
    {
        yield return new("Method", new ScalarValue(http.Request.Method));
        yield return new("Route", new ScalarValue(Route(http)));
        yield return new("Status", new ScalarValue(FaultHandler.IsBrokenOff(http) ? StatusCodes.Status499ClientClosedRequest : status));
        yield return new("Milliseconds", new ScalarValue(Math.Round(milliseconds, 1)));
        yield return new("Project", new ScalarValue(http.GetRouteValue("project_id")));
        yield return new("Token", new ScalarValue(Caller.OfOrNull(http)?.Name));
        yield return new("RequestId", new ScalarValue(http.TraceIdentifier));
        if (RequestId.OfClient(http) is { } clientId)
        {
            yield return new("ClientRequestId", new ScalarValue(clientId));
        }
    }

    /// <summary>The pattern of the route, written as in the documentation.</summary>
    private static string Route(HttpContext http) =>
        (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } pattern ? Routes.GetOrAdd(pattern, Plain) : "(none)";

    private static string Plain(string pattern) => pattern.Length == 1 ? pattern : pattern.Replace(":project", "", StringComparison.Ordinal).TrimEnd('/');

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Build} starts")]
        public static partial void Starts(Microsoft.Extensions.Logging.ILogger logger, string build);
    }
}
