using System.Reflection;
using DeploymentService.Agents;
using DeploymentService.Auth;
using DeploymentService.Discovery;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DeploymentService.Http.OpenApi;

/// <summary>What a request has to carry: parameters, body, token. Bodies and paging read the request themselves, so that the framework does not see them.</summary>
internal sealed class Requests : IOperationFilter
{
    /// <inheritdoc />
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        operation.Parameters = [.. ParametersOf(operation, context)];
        if (BodyOf(context.MethodInfo) is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = body != typeof(SignalBody) && body != typeof(CreateAgentUrl),
                Description = $"A JSON object in UTF-8, of at most {(body == typeof(SignalBody) ? 16 : 1)} MiB.",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new()
                    {
                        Schema = context.SchemaGenerator.GenerateSchema(body, context.SchemaRepository),
                        Example = Examples.OfRequest(operation.OperationId),
                    },
                },
            };
        }

        operation.Security = NeedsToken(context)
            ? [.. OpenApiSetup.Schemes.All.Select(scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] })]
            : [];
    }

    /// <summary>The type of the body that a handler reads; null when it reads none.</summary>
    public static Type? BodyOf(MethodInfo handler) => handler.GetParameters()
        .Select(parameter => parameter.ParameterType)
        .FirstOrDefault(type => type.IsSubclassOf(typeof(JsonRequest)) || type == typeof(AnyTemplate) || type == typeof(SignalBody));

    /// <summary>True when a handler checks what stands in the query.</summary>
    public static bool ReadsQuery(MethodInfo handler) =>
        ReadsAttribute.Of(handler).Any(reads => reads.Place == ParameterLocation.Query);

    /// <summary>True when a route asks for a token.</summary>
    public static bool NeedsToken(OperationFilterContext context) => OperationOf(context) is not null;

    /// <summary>What a route lets a caller do; null when it asks nobody.</summary>
    public static Operation? OperationOf(OperationFilterContext context) =>
        context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<Operation>().FirstOrDefault();

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

        foreach (var reads in ReadsAttribute.Of(context.MethodInfo))
        {
            foreach (var name in reads.Names)
            {
                yield return Parameters.Of(reads.Place, name);
            }
        }
    }
}
