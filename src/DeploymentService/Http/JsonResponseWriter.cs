using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DeploymentService.Http;

/// <summary>Writes a JSON body with its length, content type <c>application/json</c> as Heat's, without a string in between.</summary>
public static class JsonResponseWriter
{
    private const int LargestKeptBuffer = 256 * 1024;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>Answers with what <paramref name="write"/> writes of <paramref name="value"/>.</summary>
    public static Task WriteAsync<T>(HttpContext http, int status, T value, Action<Utf8JsonWriter, T> write)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(4096);
        var writer = _writer ??= new Utf8JsonWriter(buffer, Options);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        write(writer, value);
        writer.Flush();

        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = buffer.WrittenCount;
        // Into the response's own buffer before the first await: this thread's buffer is another request's afterwards.
        response.BodyWriter.Write(buffer.WrittenSpan);
        if (buffer.Capacity > LargestKeptBuffer)
        {
            _buffer = null;
        }

        var flush = response.BodyWriter.FlushAsync(http.RequestAborted);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }
}
