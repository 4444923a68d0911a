using Microsoft.OpenApi;

namespace DeploymentService.Http.OpenApi;

/// <summary>
/// Says which parameters a handler, or a type that binds itself, reads from the request, because the framework cannot see them. Each is described
/// in <see cref="Parameters"/>.
/// </summary>
/// <param name="place">Where.</param>
/// <param name="names">Their names.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class ReadsAttribute(ParameterLocation place, params string[] names) : Attribute
{
    /// <summary>Where they are.</summary>
    public ParameterLocation Place => place;

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names => names;
}
