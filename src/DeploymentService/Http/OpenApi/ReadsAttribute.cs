using System.Reflection;
using Microsoft.OpenApi;

namespace DeploymentService.Http.OpenApi;

/// <summary>
/// Says which parameters a handler, or a type that binds itself, reads from the request, because the framework cannot see them. Each is described
/// in <c>Host/OpenApi/Parameters</c>, and one in the query that no reader declares is refused (<see cref="QueryRules"/>).
/// </summary>
/// <param name="place">Where.</param>
/// <param name="names">Their names.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public class ReadsAttribute(ParameterLocation place, params string[] names) : Attribute
{
    /// <summary>Where they are.</summary>
    public ParameterLocation Place => place;

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>The one among them that may be there several times; null for none.</summary>
    public string? Several { get; set; }

    /// <summary>What the parameters are about, where their names mean something else than on other routes.</summary>
    public string? Topic { get; set; }

    /// <summary>True to leave them out of the document: there another parameter speaks for them.</summary>
    public bool IsHidden { get; set; }

    /// <summary>What is read for a handler: by the types of its parameters, and by itself.</summary>
    public static IEnumerable<ReadsAttribute> Of(MethodInfo handler) => handler.GetParameters()
        .Select(parameter => (MemberInfo)parameter.ParameterType)
        .Append(handler)
        .SelectMany(reader => reader.GetCustomAttributes<ReadsAttribute>());
}
