using System.Reflection;
using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Http.Bodies;
using DeploymentService.Http.OpenApi;
using DeploymentService.Idempotency;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Primitives;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DeploymentService.Host.OpenApi;

/// <summary>What a request has to carry: parameters, body, token. Bodies and paging read the request themselves, so that the framework does not see them.</summary>
internal sealed class RequestOperationFilter(BodyOptions bodies) : IOperationFilter
{
    /// <inheritdoc />
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        operation.Parameters = [.. ParametersOf(operation, context)];
        if (BodyOf(context.MethodInfo) is { } body)
        {
            var read = body.GetCustomAttribute<BodyAttribute>()!;
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = !read.IsOptional,
                Description = $"A JSON object in UTF-8 of at most {Size(bodies.LargestOf(read.Kind))}.",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new()
                    {
                        Schema = context.SchemaGenerator.GenerateSchema(read.Shape ?? body, context.SchemaRepository),
                        Example = Examples.OfRequest(operation.OperationId),
                    },
                },
            };
        }

        operation.Security = NeedsToken(context)
            ? [.. OpenApiSetup.Schemes.All.Select(scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] })]
            : [];
    }

    /// <summary>The type that reads the body for a handler; null when it takes none.</summary>
    public static Type? BodyOf(MethodInfo handler) => handler.GetParameters()
        .Select(parameter => parameter.ParameterType)
        .FirstOrDefault(type => type.GetCustomAttribute<BodyAttribute>() is not null);

    /// <summary>True when a parameter of the request can be wrong, or unknown.</summary>
    public static bool ChecksParameters(OperationFilterContext context) =>
        context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<QueryRules>().Any()
        || ReadsAttribute.Of(context.MethodInfo).Any(reads => reads.Place == ParameterLocation.Query || reads.Names.Contains(IdempotencyKey.Header));

    /// <summary>What a route says of a parameter that it does not take; null where it ignores it.</summary>
    public static Fault? Misspelt(OperationFilterContext context)
    {
        var query = new QueryCollection(new Dictionary<string, StringValues> { ["confg_id"] = "" });
        return context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<QueryRules>()
            .SelectMany(rules => rules.Check(query))
            .Select(fault => Fault.BadRequest($"{fault.Name}: {fault.Message}."))
            .FirstOrDefault();
    }

    /// <summary>True of a list that pages.</summary>
    public static bool HasLimit(OperationFilterContext context) => ReadsAttribute.Of(context.MethodInfo).Any(reads => reads.Names.Contains("limit"));

    /// <summary>True when a route asks for a token.</summary>
    public static bool NeedsToken(OperationFilterContext context) =>
        PermissionOf(context) is not null || context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<TokenRequired>().Any();

    /// <summary>What a route lets a caller do in a project; null when it is in none.</summary>
    public static Permission? PermissionOf(OperationFilterContext context) =>
        context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<Permission>().FirstOrDefault();

    private static string Size(int bytes) =>
        bytes % (1024 * 1024) == 0 ? $"{bytes / 1024 / 1024} MiB" : bytes % 1024 == 0 ? $"{bytes / 1024} KiB" : $"{bytes} bytes";

    private static IEnumerable<IOpenApiParameter> ParametersOf(OpenApiOperation operation, OperationFilterContext context)
    {
        // From the path itself: a handler may leave a part of it to another reader.
        foreach (var part in RoutePatternFactory.Parse(context.ApiDescription.RelativePath!).Parameters)
        {
            yield return Parameters.Of(ParameterLocation.Path, part.Name);
        }

        foreach (var query in operation.Parameters?.Where(parameter => parameter.In == ParameterLocation.Query) ?? [])
        {
            yield return Parameters.Of(ParameterLocation.Query, query.Name!);
        }

        foreach (var reads in ReadsAttribute.Of(context.MethodInfo).Where(reads => !reads.IsHidden))
        {
            foreach (var name in reads.Names)
            {
                yield return Parameters.Of(reads.Place, name, reads.Topic);
            }
        }
    }
}
