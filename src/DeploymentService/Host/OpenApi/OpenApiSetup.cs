using System.Xml;
using System.Xml.XPath;
using DeploymentService.Discovery;
using DeploymentService.Http;
using DeploymentService.Http.Bodies;
using DeploymentService.Json;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DeploymentService.Host.OpenApi;

/// <summary>
/// The OpenAPI document, made of what the code says already: the routes, the types of bodies and answers, and the doc comments of handlers
/// and properties. What those cannot say stands in this folder. Nothing of it is made before somebody asks for the document.
/// </summary>
public static class OpenApiSetup
{
    /// <summary>Adds the makers of the document.</summary>
    public static void AddOpenApiDocument(this IServiceCollection services, ApiOptions api, BodyOptions bodies)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(document => Describe(document, api, bodies));
    }

    private static void Describe(SwaggerGenOptions document, ApiOptions api, BodyOptions bodies)
    {
        document.SwaggerDoc(SwaggerPages.Document, new OpenApiInfo { Title = "DeploymentService", Version = DiscoveryEndpoints.Revision, Description = Introduction });
        // HEAD is answered wherever GET is, with the same headers: generated clients need no second method for it.
        document.DocInclusionPredicate(static (_, route) => route.HttpMethod != HttpMethods.Head);
        document.IncludeXmlComments(Comments);
        document.SupportNonNullableReferenceTypes();
        document.NonNullableReferenceTypesAsRequired();
        // An object, where WireSchemas says nothing else.
        document.MapType<JsonText>(() => WireSchemaFilter.BecomeFreeObject(new OpenApiSchema()));
        document.SchemaFilter<WireSchemaFilter>(api);
        document.OperationFilter<RequestOperationFilter>(bodies);
        document.OperationFilter<ResponseFilter>();
        document.DocumentFilter<ComponentsDocumentFilter>();

        // In this order, because the page puts the cursor into the last.
        document.AddSecurityDefinition(Schemes.Basic, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "basic",
            Description = "The same secret as the password, with any user name.",
        });
        document.AddSecurityDefinition(Schemes.Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "The same secret as a bearer token.",
        });
        document.AddSecurityDefinition(Schemes.Token, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "X-Auth-Token",
            Description = "The secret of a token, as OpenStack's clients send it.",
        });
    }

    /// <summary>The doc comments of this program, which are inside of it.</summary>
    private static XPathDocument Comments()
    {
        using var comments = XmlReader.Create(typeof(OpenApiSetup).Assembly.GetManifestResourceStream("DeploymentService.xml")!);
        return new XPathDocument(comments);
    }

    private const string Introduction = """
        Software configs, and their deployments to servers: the API of OpenStack Heat, for its clients and agents.

        * A **config** is a script or manifest with its declared inputs and outputs. It never changes.
        * A **deployment** brings a config to a server. The server's agent reads its configs under `metadata`, runs them, and
          reports with **Update a deployment**.
        * Every request carries a token. It belongs to a project and has a role: `reader` (every GET), `member` (everything but tokens),
          `admin` (everything in every project) or `agent` (the metadata and the deployments of one server).

        Success is 200 or 204, never 201 except for a sign-in. Every error has the same body, and its `error.message` says what to do; 401 and
        everything below `/v3` have a shorter one. A path that is not listed here is 404, a method that is not listed is 405 with the header
        `Allow`; HEAD is answered wherever GET is. Every answer carries `X-OpenStack-Request-Id`, which finds its lines in the service's log. Times are UTC, in
        whole seconds. An empty query parameter counts as absent.
        """;

    /// <summary>The ways to present a token, by their names in the document.</summary>
    internal static class Schemes
    {
        public const string Token = "token";
        public const string Bearer = "bearer";
        public const string Basic = "basic";

        public static IReadOnlyList<string> All { get; } = [Token, Bearer, Basic];
    }
}
