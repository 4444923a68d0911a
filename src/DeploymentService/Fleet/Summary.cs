namespace DeploymentService.Fleet;

/// <summary>What happened in an hour.</summary>
/// <param name="Time">When the hour began.</param>
/// <param name="Reports">How often servers, or somebody in their place, reported.</param>
/// <param name="Failures">How many deployments failed.</param>
public sealed record HourView(DateTime Time, int Reports, int Failures);
