using System.Buffers;
using DeploymentService.Idempotency;
using DeploymentService.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.Net.Http.Headers;

namespace DeploymentService.Http;

/// <summary>Reads the body of a request as a JSON object, whatever of Heat's ways the client announces it in.</summary>
public static class JsonBody
{
    /// <summary>The most bytes a body may have: 1 MiB, as in Heat.</summary>
    public const int LargestBody = 1_048_576;

    /// <summary>Reads the body and takes it apart.</summary>
    /// <exception cref="FaultException">400 or 415: it is too large, no JSON object, or of another media type.</exception>
    public static async ValueTask<T?> ReadAsync<T>(HttpContext http, Func<JsonFields, T> read)
        where T : class
    {
        RequireJson(http);
        var body = await ReadBytesAsync(http, LargestBody);
        if (body.Length == 0)
        {
            throw new FaultException(Fault.BadRequest("The body is empty: send a JSON object, {} at least."));
        }

        var request = read(JsonFields.Parse(body));
        if (request is IdempotentBody once)
        {
            once.Idempotency = IdempotencyKey.Of(http, body);
        }

        return request;
    }

    /// <summary>Reads a body that may be absent, which then is an empty object, whatever its media type.</summary>
    /// <exception cref="FaultException">400: it is too large, or no JSON object.</exception>
    public static async ValueTask<JsonFields> ReadOptionalAsync(HttpContext http)
    {
        var body = await ReadBytesAsync(http, LargestBody);
        return JsonFields.Parse(body.Length == 0 ? JsonText.EmptyObject.Utf8 : body);
    }

    /// <summary>Refuses a body that is announced as something else than JSON.</summary>
    /// <exception cref="FaultException">415.</exception>
    public static void RequireJson(HttpContext http)
    {
        if (!IsJson(http.Request.ContentType))
        {
            throw new FaultException(Fault.UnsupportedMediaType);
        }
    }

    /// <summary>JSON, text, or nothing said: Heat reads all three as JSON.</summary>
    public static bool IsJson(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType) || contentType == "application/json")
        {
            return true;
        }

        return MediaTypeHeaderValue.TryParse(contentType, out var type)
            && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Value is { } charset
                && (charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase)
                    || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>Reads the body as it came.</summary>
    /// <param name="http">The request.</param>
    /// <param name="largest">The most bytes that it may have.</param>
    /// <exception cref="FaultException">400: it is too large.</exception>
    public static async ValueTask<byte[]> ReadBytesAsync(HttpContext http, int largest)
    {
        RequirePlain(http);
        if (http.Request.ContentLength > largest)
        {
            throw TooLarge($"{http.Request.ContentLength}", largest);
        }

        try
        {
            return await ReadAllAsync(http, largest);
        }
        catch (IOException exception) when (exception is not (BadHttpRequestException or ConnectionResetException) && !http.RequestAborted.IsCancellationRequested)
        {
            // The web server's word for a chunk whose size is no number, or more than one can be.
            throw new FaultException(Fault.BadRequest("The body could not be read: its transfer coding is broken; send it with Content-Length, or in valid chunks."));
        }
    }

    /// <summary>Refuses a body that is compressed, or coded in another way: nothing here undoes that.</summary>
    /// <exception cref="FaultException">415.</exception>
    private static void RequirePlain(HttpContext http)
    {
        var codings = http.Request.Headers.ContentEncoding;
        if (codings.Count == 0)
        {
            return;
        }

        foreach (var coding in codings.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            {
                http.Response.Headers.AcceptEncoding = "identity";
                throw new FaultException(Fault.UnknownCoding(coding));
            }
        }
    }

    private static async ValueTask<byte[]> ReadAllAsync(HttpContext http, int largest)
    {
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            if (read.Buffer.Length > largest)
            {
                var seen = read.Buffer.Length;
                reader.AdvanceTo(read.Buffer.End);
                throw TooLarge($"at least {seen}", largest);
            }

            if (read.IsCompleted)
            {
                // A copy of its own: values that are kept as sent are slices of it, and outlive the request's buffers.
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static FaultException TooLarge(string size, int largest) => new(Fault.TooLarge(
        $"Request limit exceeded: JSON body size ({size} bytes) exceeds maximum allowed size ({largest} bytes)."));
}
