using DeploymentService.Http;
using DeploymentService.Http.OpenApi;

namespace DeploymentService.Discovery;

/// <summary>The versions that there are.</summary>
/// <param name="Versions">The versions; there is one.</param>
public sealed record ApiVersions(IReadOnlyList<ApiVersion> Versions);

/// <summary>A part of the service. Heat has two.</summary>
/// <param name="Value">The build.</param>
public sealed record Revision([property: System.Text.Json.Serialization.JsonPropertyName("revision")] string Value);

/// <summary>The build that answers.</summary>
/// <param name="Api">The part that takes requests.</param>
/// <param name="Engine">The part that does the work; the same here.</param>
public sealed record BuildInfo(Revision Api, Revision Engine);

/// <summary>What Heat answers of a template without parameters.</summary>
public sealed record ValidatedTemplate
{
    /// <summary>Nobody described it.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("Description")]
    public string Description => "No description";

    /// <summary>Always empty.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("Parameters")]
    public IReadOnlyDictionary<string, string> Parameters { get; } = new Dictionary<string, string>();

    /// <summary>Always empty.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("ParameterGroups")]
    public IReadOnlyList<string> ParameterGroups { get; } = [];
}

/// <summary>The body of <c>POST /v1/{project_id}/validate</c>: any JSON object.</summary>
[Body]
public sealed record AnyTemplate
{
    /// <summary>Reads the body.</summary>
    public static ValueTask<AnyTemplate?> BindAsync(HttpContext http) => JsonBody.ReadAsync(http, _ => new AnyTemplate());
}
