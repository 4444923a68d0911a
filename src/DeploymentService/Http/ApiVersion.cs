namespace DeploymentService.Http;

/// <summary>A version of the API.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Status">Whether to use it.</param>
/// <param name="Links">Where it is.</param>
public sealed record ApiVersion(string Id, string Status, IReadOnlyList<Link> Links);

/// <summary>One version.</summary>
/// <param name="Version">The version.</param>
public sealed record ApiVersionDocument(ApiVersion Version);
