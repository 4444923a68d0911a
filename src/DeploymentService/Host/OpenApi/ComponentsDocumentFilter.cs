using System.Text.Json.Nodes;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Storage.Model;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DeploymentService.Host.OpenApi;

/// <summary>What many routes share: the faults that mean the same everywhere, and the groups that the routes are shown in.</summary>
internal sealed class ComponentsDocumentFilter : IDocumentFilter
{
    /// <summary>The name of the schema of a status.</summary>
    public const string StatusSchema = nameof(DeploymentStatus);

    private static readonly Dictionary<int, SharedAnswer> Answers = new()
    {
        [401] = new("Unauthorized", Fault.Unauthorized, "There is no token, or the service does not know it, or it has been revoked, or it has expired."),
        [405] = new("MethodNotAllowed", Fault.MethodNotAllowed, "The request was made with a method that this path does not have."),
        [408] = new("RequestTimeout", Fault.BodyTimeout, "The body did not come in time; the connection is closed."),
        [415] = new("UnsupportedMediaType", Fault.UnsupportedMediaType, "The `Content-Type` of the body is not JSON in UTF-8."),
        [429] = new(
            "TooManyRequests",
            Fault.TooMany("There were too many requests with this token (Limits:RequestsPerSecond): try again after the seconds in Retry-After."),
            "The token asks for more at once, or in a second, than it may."),
        [500] = new("InternalServerError", Fault.Internal, "The request failed inside the service. The service's log says what happened."),
        [503] = new("ServiceUnavailable", Fault.Of(503), "The service cannot answer now, and has stored nothing."),
    };

    private static readonly OpenApiTag[] Tags =
    [
        new() { Name = "Software deployments", Description = "Which config goes to which server, and what became of it." },
        new() { Name = "Software configs", Description = "What is run on servers. A config never changes." },
        new() { Name = "Agents", Description = "How servers get what they have to run, and how they report the outcome." },
        new() { Name = "Events", Description = "What happened: the history of a deployment, and the live stream of a project." },
        new() { Name = "Fleet", Description = "The state of a project and its servers." },
        new() { Name = "Tokens", Description = "Who may call the API. Only admins manage tokens." },
        new() { Name = "Sign-in", Description = "Signing in with a name and a password, as with Keystone: the name is that of a token, the password is its secret." },
        new() { Name = "Discovery", Description = "What clients ask before anything else." },
    ];

    private sealed record SharedAnswer(string Name, Fault Example, string Description);

    /// <summary>The answer with a fault that every route words alike: a reference, or the answer itself where faults have the shape that Keystone gives them.</summary>
    public static IOpenApiResponse AnswerOf(int status, OperationFilterContext context, bool isIdentity) => isIdentity
        ? Answer(context.SchemaGenerator, context.SchemaRepository, context.Document, Answers[status].Example, Answers[status].Description, isIdentity)
        : new OpenApiResponseReference(Answers[status].Name, context.Document);

    /// <summary>An answer with a fault.</summary>
    public static OpenApiResponse Answer(
        ISchemaGenerator schemas, SchemaRepository repository, OpenApiDocument document, Fault example, string description, bool isIdentity) => new()
        {
            Description = description,
            Headers = Headers.OfFault(example.Status, document),
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new()
                {
                    Schema = schemas.GenerateSchema(isIdentity || example.Status == 401 ? typeof(IdentityFaultBody) : typeof(FaultBody), repository),
                    Example = FaultExamples.Body(example, isIdentity),
                },
            },
        };

    /// <inheritdoc />
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var used = swaggerDoc.Paths.Values
            .SelectMany(path => path.Operations!.Values)
            .SelectMany(operation => operation.Tags!)
            .Select(tag => tag.Name);
        swaggerDoc.Tags = new HashSet<OpenApiTag>(Tags.IntersectBy(used, tag => tag.Name));

        Headers.Describe(swaggerDoc);
        context.SchemaRepository.AddDefinition(StatusSchema, new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = "How a deployment goes.",
            Enum = [.. DeploymentStatus.All.Select(word => JsonValue.Create(word))],
        });
        var responses = (swaggerDoc.Components ??= new()).Responses ??= new Dictionary<string, IOpenApiResponse>();
        foreach (var shared in Answers.Values)
        {
            responses[shared.Name] = Answer(context.SchemaGenerator, context.SchemaRepository, swaggerDoc, shared.Example, shared.Description, isIdentity: false);
        }
    }
}
