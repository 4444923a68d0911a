using Serilog.Core;
using Serilog.Events;

namespace DeploymentService.Observability;

/// <summary>Takes the path of the request, which can be a secret, out of every event. ASP.NET Core puts it into all that are written during a request.</summary>
public sealed class WithoutPath : ILogEventEnricher
{
    /// <inheritdoc />
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory) => logEvent.RemovePropertyIfPresent("RequestPath");
}
