using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DeploymentService.Http.OpenApi;

/// <summary>What many routes share: the faults that mean the same everywhere, and the groups that the routes are shown in.</summary>
internal sealed class SharedParts : IDocumentFilter
{
    private static readonly Dictionary<int, SharedAnswer> Answers = new()
    {
        [401] = new("Unauthorized", Fault.Unauthorized, "There is no token, or it is unknown, revoked or expired.",
            "WWW-Authenticate", new() { Type = JsonSchemaType.String }, "Where a token is taken from."),
        [415] = new("UnsupportedMediaType", Fault.UnsupportedMediaType, "The body is announced as something else than JSON in UTF-8."),
        [500] = new("InternalServerError", Fault.Internal, "The request failed inside the service; what happened is in its log."),
        [503] = new("ServiceUnavailable", Fault.Of(503), "The service cannot answer now, and nothing has been stored.",
            "Retry-After", new() { Type = JsonSchemaType.Integer }, "Seconds after which to try again."),
    };

    private sealed record SharedAnswer(
        string Name, Fault Example, string Description, string? Header = null, OpenApiSchema? HeaderSchema = null, string? HeaderDescription = null);

    /// <summary>A reference to the answer of a status.</summary>
    public static OpenApiResponseReference AnswerOf(int status, OpenApiDocument document) => new(Answers[status].Name, document);

    /// <summary>An answer with a fault.</summary>
    public static OpenApiResponse Answer(ISchemaGenerator schemas, SchemaRepository repository, Fault example, string description) => new()
    {
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/json"] = new()
            {
                Schema = schemas.GenerateSchema(example.Status == 401 ? typeof(UnauthorizedBody) : typeof(FaultBody), repository),
                Example = FaultExamples.Body(example),
            },
        },
    };

    /// <inheritdoc />
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "Software deployments", Description = "Which config goes to which server, and what became of it." },
            new() { Name = "Software configs", Description = "What is run on servers. A config never changes." },
            new() { Name = "Agents", Description = "How servers get what they have to run, and how their reports come back." },
            new() { Name = "Events", Description = "What happened: the history of a deployment, and the live stream of a project." },
            new() { Name = "Fleet", Description = "How a project and its servers stand." },
            new() { Name = "Tokens", Description = "Who may call. For admins." },
            new() { Name = "Discovery", Description = "What clients ask before they ask for anything." },
        };

        var responses = (swaggerDoc.Components ??= new()).Responses ??= new Dictionary<string, IOpenApiResponse>();
        foreach (var shared in Answers.Values)
        {
            var answer = Answer(context.SchemaGenerator, context.SchemaRepository, shared.Example, shared.Description);
            if (shared.Header is { } header)
            {
                answer.Headers = new Dictionary<string, IOpenApiHeader>
                {
                    [header] = new OpenApiHeader { Description = shared.HeaderDescription, Schema = shared.HeaderSchema },
                };
            }

            responses[shared.Name] = answer;
        }
    }
}
