using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;

namespace DeploymentService.Http;

/// <summary>Writes a JSON body with its length, content type <c>application/json</c> as Heat's, without a string in between.</summary>
public static class JsonResponseWriter
{
    /// <summary>Answers with what <paramref name="write"/> writes of <paramref name="value"/>.</summary>
    public static Task WriteAsync<T>(HttpContext http, int status, T value, Action<Utf8JsonWriter, T> write)
    {
        var buffer = ResponseBuffer.Take();
        write(buffer.Json, value);
        buffer.Json.Flush();
        if (buffer.Length > PiecewiseResponse.PieceBytes)
        {
            return PiecewiseResponse.SendAsync(http, status, buffer);
        }

        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = buffer.Length;
        foreach (var segment in buffer.Segments())
        {
            response.BodyWriter.Write(segment.Span);
        }

        buffer.Return();
        var flush = response.BodyWriter.FlushAsync(http.RequestAborted);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : WaitAsync(http, flush);
    }

    // Of a client that has sent many requests and reads none of the answers.
    private static async Task WaitAsync(HttpContext http, ValueTask<FlushResult> flush)
    {
        if (!await PiecewiseResponse.IsTakenAsync(http, flush))
        {
            throw new ConnectionAbortedException();
        }
    }
}
