using Microsoft.AspNetCore.Http.Metadata;

namespace DeploymentService.Http;

/// <summary>200 with a JSON body that is written part by part.</summary>
/// <typeparam name="T">The type that describes the body in the OpenAPI document.</typeparam>
/// <param name="write">Writes it, and calls <see cref="PiecewiseResponse.NextAsync"/> behind each element.</param>
public sealed class PartsResult<T>(Func<PiecewiseResponse, WireJson, Task> write) : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    /// <inheritdoc />
    public int? StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var answer = PiecewiseResponse.Begin(httpContext);
        await write(answer, httpContext.RequestServices.GetRequiredService<WireJson>());
        await answer.EndAsync();
    }

    /// <summary>Tells the OpenAPI document what a handler answers.</summary>
    public static void PopulateMetadata(System.Reflection.MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
}
