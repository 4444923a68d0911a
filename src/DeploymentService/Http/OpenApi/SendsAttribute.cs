namespace DeploymentService.Http.OpenApi;

/// <summary>
/// Says which headers the successful answers of a handler carry, or those of a type that writes an answer, because the framework cannot see them.
/// Each is described in <see cref="Headers"/>.
/// </summary>
/// <param name="headers">Their names.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class SendsAttribute(params string[] headers) : Attribute
{
    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Headers => headers;
}
