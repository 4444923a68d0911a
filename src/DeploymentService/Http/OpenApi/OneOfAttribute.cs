using System.Reflection;

namespace DeploymentService.Http.OpenApi;

/// <summary>Says that a text is one of a few words, which the document lists.</summary>
/// <param name="words">The class that knows them, in a static property.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOfAttribute(Type words) : Attribute
{
    /// <summary>The name of that property.</summary>
    public string All { get; init; } = nameof(All);

    /// <summary>The words.</summary>
    /// <exception cref="InvalidOperationException">The class does not list its words.</exception>
    public IEnumerable<string> Words =>
        words.GetProperty(All, BindingFlags.Static | BindingFlags.Public)?.GetValue(null) is IEnumerable<string> all
            ? all
            : throw new InvalidOperationException($"{words.Name} has no static property {All} with its words.");
}
