using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Storage.Model;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DeploymentService.Host.OpenApi;

/// <summary>
/// What a route can answer: the example and the headers of its success, and every fault. A handler's doc comment says what a fault of its own means
/// (<c>response</c>); the others follow from what the route asks for.
/// </summary>
internal sealed class ResponseFilter : IOperationFilter
{
    /// <inheritdoc />
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var answers = new SortedDictionary<int, IOpenApiResponse>();
        foreach (var (code, answer) in operation.Responses ?? [])
        {
            var status = int.Parse(code, CultureInfo.InvariantCulture);
            // An error that says more than others has a type of its own.
            answers[status] = status < 400 || answer.Content is { Count: > 0 }
                ? Typed(status, (OpenApiResponse)answer)
                : Own(status, Fault.Of(status), answer.Description!);
        }

        if (RequestOperationFilter.BodyOf(context.MethodInfo) is not null)
        {
            answers.TryAdd(400, Own(400, NoObject, "The body cannot be read, or something in it is wrong; the message names everything that is."));
            Share(408);
            Share(415);
        }

        if (RequestOperationFilter.ChecksParameters(context))
        {
            answers.TryAdd(400, Own(400, RequestOperationFilter.HasLimit(context) ? NoLimit : RequestOperationFilter.Misspelt(context) ?? NoLimit, "A parameter is wrong or unknown; the message names all that are."));
        }

        if (RequestOperationFilter.PermissionOf(context) is { } required)
        {
            answers[403] = Forbidden(required, operation.Responses?.GetValueOrDefault("403")?.Description);
            if (context.ApiDescription.RelativePath!.Contains("{project_id", StringComparison.Ordinal))
            {
                answers.TryAdd(404, Own(404, Fault.NoSuchPath, "The id of the project has a character that no id can have."));
            }
        }

        if (RequestOperationFilter.NeedsToken(context))
        {
            Share(401);
        }

        // Nothing else asks the database for anything.
        if (RequestOperationFilter.NeedsToken(context) || RequestOperationFilter.BodyOf(context.MethodInfo) is not null)
        {
            Share(429);
            Share(503);
        }

        Share(405);
        Share(500);
        operation.Responses = [];
        foreach (var (status, answer) in answers)
        {
            operation.Responses.Add(status.ToString(CultureInfo.InvariantCulture), answer);
        }

        OpenApiResponse Typed(int status, OpenApiResponse answer)
        {
            answer.Headers = status < 400 ? Headers.OfSuccess(context.MethodInfo, context.Document) : Headers.OfFault(status, context.Document);
            foreach (var (type, content) in answer.Content ?? new Dictionary<string, OpenApiMediaType>())
            {
                content.Example = Examples.OfAnswer(operation.OperationId, status);
                if (type == StreamShape.MediaType)
                {
                    StreamShape.Describe(content, context);
                }
            }

            return answer;
        }

        OpenApiResponse Own(int status, Fault usual, string description) =>
            ComponentsDocumentFilter.Answer(context.SchemaGenerator, context.SchemaRepository, context.Document, FaultExamples.Of(operation.OperationId, status, usual), description, IsIdentity(context));

        OpenApiResponse Forbidden(Permission required, string? more) =>
            more is null && TokenRoles.All.All(required.Roles.Contains)
                ? Own(403, Fault.ForeignProject, "The token belongs to another project.")
                : Own(403, Fault.Forbidden(required.Name), $"The token belongs to another project, or its role may not do this: {RolesOf(required)} may. {more}".TrimEnd());

        void Share(int status) => answers.TryAdd(status, ComponentsDocumentFilter.AnswerOf(status, context, IsIdentity(context)));
    }

    private static Fault NoObject { get; } = Fault.BadRequest("The body must be a JSON object, such as {\"status\": \"COMPLETE\"}.");

    private static Fault NoLimit { get; } = Fault.BadRequest("Only integer is acceptable by 'limit'.");

    /// <summary>True below <c>/v3</c>, where faults have the shape that Keystone gives them.</summary>
    private static bool IsIdentity(OperationFilterContext context) => context.ApiDescription.RelativePath is { } path && (path == "v3" || path.StartsWith("v3/", StringComparison.Ordinal));

    private static string RolesOf(Permission operation)
    {
        var roles = operation.Roles.Intersect(TokenRoles.All).Select(role => role.ToString().ToLowerInvariant()).ToList();
        return roles.Count == 1 ? roles[0] : $"{string.Join(", ", roles.SkipLast(1))} and {roles[^1]}";
    }
}
