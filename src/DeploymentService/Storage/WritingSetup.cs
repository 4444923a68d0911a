using DeploymentService.Hosting;

namespace DeploymentService.Storage;

/// <summary>Registers the writer.</summary>
public static class WritingSetup
{
    /// <summary>Adds the writer, and the log that it appends to. Before everything that writes at start, so that it starts first and stops last.</summary>
    public static void AddWriter(this IServiceCollection services, WritingOptions options) => services
        .AddSingleton(options)
        .AddSingleton<EventLog>()
        .AddSingleton<WriterTelemetry>()
        .AddInstruments<LogMetrics>()
        .AddSingleton<GroupCommitWriter>()
        .AddHostedService(provider => provider.GetRequiredService<GroupCommitWriter>());
}
