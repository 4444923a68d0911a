using Serilog.Core;
using Serilog.Events;

namespace DeploymentService.Observability;

/// <summary>Takes the path off every event: the framework adds it to all that is logged during a request, and a path can carry a secret.</summary>
public sealed class RemoveRequestPathEnricher : ILogEventEnricher
{
    /// <inheritdoc />
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory) => logEvent.RemovePropertyIfPresent("RequestPath");
}
