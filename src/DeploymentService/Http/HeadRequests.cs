namespace DeploymentService.Http;

/// <summary>
/// Answers HEAD wherever GET is answered, with the same status and headers: below this middleware such a request is a GET, and the web server, which remembers
/// what was asked, sends no body. What is done for a GET beyond its answer, or would keep it waiting, asks <see cref="IsHead"/> first.
/// </summary>
public sealed class HeadRequests(RequestDelegate next)
{
    private static readonly HeadRequest Mark = new();

    private sealed class HeadRequest;

    /// <summary>Runs the request.</summary>
    public Task InvokeAsync(HttpContext http) =>
        // To the letter: "head" is another method, whose answer the web server sends with its body.
        http.Request.Method == HttpMethods.Head ? AnswerAsync(http) : next(http);

    /// <summary>True when the client wants the headers of an answer alone.</summary>
    public static bool IsHead(HttpContext http) => http.Features.Get<HeadRequest>() is not null;

    private async Task AnswerAsync(HttpContext http)
    {
        http.Features.Set(Mark);
        http.Request.Method = HttpMethods.Get;
        try
        {
            await next(http);
            var response = http.Response;
            if (!response.HasStarted && response.StatusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified))
            {
                // To a GET the web server itself says of an empty answer that it is empty.
                response.ContentLength ??= 0;
            }
        }
        finally
        {
            http.Request.Method = HttpMethods.Head;
        }
    }
}
