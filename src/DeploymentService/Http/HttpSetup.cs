using System.Text.Json;
using FluentValidation;

namespace DeploymentService.Http;

/// <summary>What all endpoints share: how a request is received, and the group of a project's routes.</summary>
public static class HttpSetup
{
    /// <summary>Adds the forms of the wire.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="options">What the settings say of them.</param>
    /// <param name="addTypes">Adds the types of the features' answers, and how their words are written.</param>
    public static void AddWire(this WebApplicationBuilder builder, ApiOptions options, Action<JsonSerializerOptions> addTypes)
    {
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(WorkTurns.OfThisMachine());
        builder.Services.AddSingleton(new WireJson(options, addTypes));
        builder.Services.ConfigureHttpJsonOptions(json => WireJson.Configure(json.SerializerOptions, options, addTypes));
        builder.Services.Configure<RouteOptions>(routes => routes.SetParameterPolicy<ProjectIdConstraint>("project"));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        // Faults name fields as the wire does.
        ValidatorOptions.Global.PropertyNameResolver = (_, member, _) => member is null ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name);
    }

    /// <summary>The one group under which every route of a project is mapped, so that none can be added without the checks.</summary>
    public static RouteGroupBuilder MapProject(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/v1/{project_id:project}").ValidateBodies().CheckQueries();
}

/// <summary>A project's id: 1 to 64 letters, digits, <c>-</c> or <c>_</c>. Any other leads nowhere, whoever asks.</summary>
public sealed class ProjectIdConstraint : IRouteConstraint
{
    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <inheritdoc />
    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values[routeKey] is string id && Allows(id);

    /// <summary>True of what can be a project's id.</summary>
    public static bool Allows(string id) => id.Length is > 0 and <= 64 && !id.AsSpan().ContainsAnyExcept(Allowed);
}
