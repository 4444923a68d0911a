using Microsoft.AspNetCore.Http.Metadata;

namespace DeploymentService.Http;

/// <summary>An answer that says yes: 200 with a JSON body. Heat's clients refuse a 201.</summary>
/// <typeparam name="T">A type that <c>WireJsonContext</c> lists.</typeparam>
public sealed class OkJson<T>(T value) : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    /// <inheritdoc />
    public int? StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var json = httpContext.RequestServices.GetRequiredService<WireJson>();
        return JsonResponseWriter.WriteAsync(httpContext, StatusCodes.Status200OK, (json, value), static (writer, state) => state.json.Write(writer, state.value));
    }

    /// <summary>Tells the OpenAPI document what a handler answers.</summary>
    public static void PopulateMetadata(System.Reflection.MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
}

/// <summary>The short way to an <see cref="OkJson{T}"/>.</summary>
public static class OkJson
{
    /// <summary>200 with <paramref name="value"/>.</summary>
    public static OkJson<T> Of<T>(T value) => new(value);
}
