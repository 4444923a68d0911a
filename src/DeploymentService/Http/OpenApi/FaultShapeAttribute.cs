namespace DeploymentService.Http.OpenApi;

/// <summary>Says that a handler answers some faults with more than Heat says of an error.</summary>
/// <param name="shape">The type that has the properties of the body.</param>
/// <param name="statuses">The statuses of those faults.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FaultShapeAttribute(Type shape, params int[] statuses) : Attribute
{
    /// <summary>The type that has the properties of the body.</summary>
    public Type Shape => shape;

    /// <summary>The statuses of those faults.</summary>
    public IReadOnlyList<int> Statuses => statuses;
}
