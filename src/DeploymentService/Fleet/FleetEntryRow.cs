using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>A deployment as it is loaded.</summary>
internal readonly record struct FleetEntryRow(
    long Number,
    Guid Id,
    string ServerId,
    string ConfigId,
    string? ConfigName,
    string? Action,
    string Status,
    string? Reason,
    DateTime ChangedTime,
    Lateness Lateness);
