namespace DeploymentService.Auth;

/// <summary>Metadata of a route outside of any project that asks for a token by itself, so that the OpenAPI document says so.</summary>
public sealed record TokenRequired;
