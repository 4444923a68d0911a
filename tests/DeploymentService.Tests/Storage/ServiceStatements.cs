using System.Reflection;

namespace DeploymentService.Tests.Storage;

/// <summary>The statements of the service, which are constants or texts that are made once.</summary>
internal static class ServiceStatements
{
    private static readonly string[] Verbs = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];

    /// <summary>Names and texts of those that are not in a namespace.</summary>
    public static IEnumerable<object[]> OutsideOf(string engine) => typeof(Program).Assembly.GetTypes()
        .Where(type => type is { Namespace: { } name, ContainsGenericParameters: false } && !name.Contains(engine, StringComparison.Ordinal))
        .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static))
        .Where(field => field.FieldType == typeof(string) && (field.IsLiteral || field.IsInitOnly))
        .Select(field => (Name: $"{field.DeclaringType!.Name}.{field.Name}", Text: (string?)field.GetValue(null)))
        .Where(field => field.Text is not null && Verbs.Any(verb => field.Text.StartsWith(verb + " ", StringComparison.Ordinal)))
        .Select(field => new object[] { field.Name, field.Text! });
}
