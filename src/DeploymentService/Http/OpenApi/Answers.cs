using System.Globalization;
using DeploymentService.Auth;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DeploymentService.Http.OpenApi;

/// <summary>
/// What a route can answer: the example of its success, and every fault. A handler's doc comment says what a fault of its own means
/// (<c>response</c>); the others follow from what the route asks for.
/// </summary>
internal sealed class Answers : IOperationFilter
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
                ? Success(operation, code, (OpenApiResponse)answer)
                : Own(status, Fault.Of(status), answer.Description!);
        }

        if (Requests.BodyOf(context.MethodInfo) is not null)
        {
            answers.TryAdd(400, Own(400, NoObject, "The body cannot be read, or does not fit; everything that is wrong is named at once."));
            Share(415);
        }

        if (Requests.ReadsQuery(context.MethodInfo))
        {
            answers.TryAdd(400, Own(400, NoLimit, "A parameter of the query does not fit."));
        }

        if (Requests.OperationOf(context) is { } required)
        {
            Share(401);
            answers[403] = Forbidden(required, operation.Responses?.GetValueOrDefault("403")?.Description);
            answers.TryAdd(404, Own(404, Fault.NoSuchPath, "The id of the project has characters that none can have."));
            Share(503);
        }

        Share(500);
        operation.Responses = [];
        foreach (var (status, answer) in answers)
        {
            operation.Responses.Add(status.ToString(CultureInfo.InvariantCulture), answer);
        }

        OpenApiResponse Own(int status, Fault usual, string description) =>
            SharedParts.Answer(context.SchemaGenerator, context.SchemaRepository, FaultExamples.Of(operation.OperationId, status, usual), description);

        OpenApiResponse Forbidden(Operation required, string? more) =>
            more is null && TokenRoles.All.All(required.Roles.Contains)
                ? Own(403, Fault.ForeignProject, "The token is of another project.")
                : Own(403, Fault.Forbidden(required.Name), $"The token is of another project, or its role does not suffice: this is for {RolesOf(required)}. {more}".TrimEnd());

        void Share(int status) => answers.TryAdd(status, SharedParts.AnswerOf(status, context.Document));
    }

    private static Fault NoObject { get; } = Fault.BadRequest("The body must be a JSON object, such as {\"status\": \"COMPLETE\"}.");

    private static Fault NoLimit { get; } = Fault.BadRequest("Only integer is acceptable by 'limit'.");

    private static string RolesOf(Operation operation) => string.Join(", ", operation.Roles.Intersect(TokenRoles.All)).ToLowerInvariant();

    private static OpenApiResponse Success(OpenApiOperation operation, string code, OpenApiResponse answer)
    {
        foreach (var content in answer.Content?.Values ?? [])
        {
            content.Example = Examples.OfAnswer(operation.OperationId, code);
        }

        return answer;
    }
}
