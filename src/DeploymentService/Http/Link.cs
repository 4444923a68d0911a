namespace DeploymentService.Http;

/// <summary>A link to another resource.</summary>
/// <param name="Rel">What it is to this one.</param>
/// <param name="Href">Its address.</param>
public sealed record Link(string Rel, string Href);
