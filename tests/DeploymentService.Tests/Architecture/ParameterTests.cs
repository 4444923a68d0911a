using System.Reflection;
using System.Runtime.CompilerServices;
using DeploymentService.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Architecture;

/// <summary>Nobody can read a long list of values by their places.</summary>
public sealed class ParameterTests
{
    private const int Most = 6;
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    [Fact]
    public void No_list_of_parameters_is_long()
    {
        // The framework fills in what a handler asks for, by its type.
        var handlers = ServiceApp.Shared.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints)
            .SelectMany(endpoint => endpoint.Metadata.OfType<MethodInfo>()).ToHashSet();
        var members = typeof(Program).Assembly.GetTypes().Where(IsOurs)
            .SelectMany(type => type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)));

        Assert.NotEmpty(handlers);
        Assert.Empty(members.Where(member => !handlers.Contains(member) && !IsMadeByCompiler(member) && member.GetParameters().Length > Most)
            .Select(member => $"{member.DeclaringType!.FullName}.{member.Name}: {member.GetParameters().Length}"));
    }

    private static bool IsOurs(Type type) => type.Namespace?.StartsWith(nameof(DeploymentService), StringComparison.Ordinal) is true && !IsMadeByCompiler(type)
        && !type.Namespace.EndsWith(".Migrations", StringComparison.Ordinal) && !type.Namespace.EndsWith(".Compiled", StringComparison.Ordinal);

    private static bool IsMadeByCompiler(MemberInfo member) =>
        member.GetCustomAttribute<CompilerGeneratedAttribute>() is not null || member.Name.Contains('<', StringComparison.Ordinal)
        || (member.DeclaringType is { } outer && IsMadeByCompiler(outer));
}
