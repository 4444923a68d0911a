using System.Text.Json.Serialization;
using DeploymentService.Events;
using DeploymentService.Http;

namespace DeploymentService.Audit;

/// <summary>The answer with what people did.</summary>
/// <param name="Events">The events, newest first.</param>
public sealed record AuditList(IReadOnlyList<SubjectEventView> Events)
{
    /// <summary>The next page, where there are more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Link>? EventsLinks { get; init; }
}
