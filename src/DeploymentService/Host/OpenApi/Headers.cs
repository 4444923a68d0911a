using System.Reflection;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using Microsoft.OpenApi;

namespace DeploymentService.Host.OpenApi;

/// <summary>What the document says of the headers of answers; one name means the same on every route.</summary>
internal static class Headers
{
    private static readonly Dictionary<string, OpenApiHeader> All = new()
    {
        [RequestId.Header] = Always("The id of this request. The service's log has it beside everything that happened in the request.",
            new() { Type = JsonSchemaType.String, Pattern = "^req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" }),
        ["ETag"] = Always("The state of the deployment, for `If-Match` and `If-None-Match`.", Text()),
        ["Link"] = Sometimes("The next page, where `limit` cut the list: `<URL>; rel=\"next\"`. The body has the same link.", Text()),
        ["X-Subject-Token"] = Always("The secret of the token that the body describes.", Text()),
        ["WWW-Authenticate"] = Always("How to authenticate, and where to get a token.", Text()),
        ["Allow"] = Always("The methods of this path, separated by commas.", Text()),
        ["Retry-After"] = Always("The number of seconds after which to try again.", new() { Type = JsonSchemaType.Integer, Minimum = "0" }),
    };

    /// <summary>The headers of a successful answer: the request id, and what the handler and the types of its answers say that they send.</summary>
    public static Dictionary<string, IOpenApiHeader> OfSuccess(MethodInfo handler, OpenApiDocument document) =>
        References(TypesIn(handler.ReturnType).Append<MemberInfo>(handler).SelectMany(sender => sender.GetCustomAttribute<SendsAttribute>()?.Headers ?? []), document);

    /// <summary>The headers of a fault.</summary>
    public static Dictionary<string, IOpenApiHeader> OfFault(int status, OpenApiDocument document) => References(status switch
    {
        401 => ["WWW-Authenticate"],
        405 => ["Allow"],
        408 or 429 or 503 => ["Retry-After"],
        _ => [],
    }, document);

    /// <summary>Puts the descriptions into the document, for the answers to refer to.</summary>
    public static void Describe(OpenApiDocument document)
    {
        var described = (document.Components ??= new()).Headers ??= new Dictionary<string, IOpenApiHeader>();
        foreach (var (name, header) in All)
        {
            described[name] = header;
        }
    }

    private static Dictionary<string, IOpenApiHeader> References(IEnumerable<string> names, OpenApiDocument document) =>
        names.Prepend(RequestId.Header).ToDictionary(name => name, IOpenApiHeader (name) => All.ContainsKey(name)
            ? new OpenApiHeaderReference(name, document)
            : throw new InvalidOperationException($"The document does not know the header {name}: describe it in {nameof(Headers)}.cs."));

    /// <summary>A type and all that it is made of: of <c>Task&lt;Results&lt;A, B&gt;&gt;</c> also A and B.</summary>
    private static IEnumerable<Type> TypesIn(Type type) => type.GetGenericArguments().SelectMany(TypesIn).Prepend(type);

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private static OpenApiHeader Always(string description, OpenApiSchema schema) => new() { Description = description, Required = true, Schema = schema };

    private static OpenApiHeader Sometimes(string description, OpenApiSchema schema) => new() { Description = description, Schema = schema };
}
