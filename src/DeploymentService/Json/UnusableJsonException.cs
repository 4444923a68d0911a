namespace DeploymentService.Json;

/// <summary>A body that is no JSON object, or not one that can be kept. The message is for the client, who sent it; as an answer it is 400.</summary>
public sealed class UnusableJsonException(string message) : Exception(message);
