using DeploymentService.Http.Bodies;

namespace DeploymentService.Http.OpenApi;

/// <summary>Marks a type that reads the body of a request by itself, so that the document has a body for its routes.</summary>
/// <param name="shape">The type that has the properties of the body; null when the marked type has them itself.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class BodyAttribute(Type? shape = null) : Attribute
{
    /// <summary>The type that has the properties of the body; null when the marked type has them itself.</summary>
    public Type? Shape => shape;

    /// <summary>True when the request may come without a body.</summary>
    public bool IsOptional { get; init; }

    /// <summary>What it is for, which decides how large it may be.</summary>
    public BodyKind Kind { get; init; }
}
