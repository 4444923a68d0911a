using DeploymentService.Http.Bodies;
using DeploymentService.Json;
using Microsoft.Net.Http.Headers;

namespace DeploymentService.Http;

/// <summary>Reads the body of a request as a JSON object, whatever of Heat's ways the client announces it in.</summary>
public static class JsonBody
{
    /// <summary>Reads the body and takes it apart.</summary>
    /// <exception cref="FaultException">400, 408, 415 or 503: it is empty, of another media type, or refused by <see cref="BodyReader"/>.</exception>
    /// <exception cref="UnusableJsonException">It is no JSON object.</exception>
    public static async ValueTask<T?> ReadAsync<T>(HttpContext http, Func<JsonFields, T> read, BodyKind kind = BodyKind.Request)
        where T : class
    {
        RequireJson(http);
        var body = await BodyReader.Of(http).ReadAsync(http, kind);
        if (body.Length == 0)
        {
            throw new FaultException(Fault.BadRequest("The body is empty: send a JSON object, {} at least."));
        }

        var request = read(JsonFields.Parse(body));
        (request as JsonRequest)?.BindHeaders(http, body);
        return request;
    }

    /// <summary>Reads a body that may be absent, which then is an empty object, whatever its media type.</summary>
    /// <exception cref="FaultException">400, 408 or 503: it is refused by <see cref="BodyReader"/>.</exception>
    /// <exception cref="UnusableJsonException">It is no JSON object.</exception>
    public static async ValueTask<JsonFields> ReadOptionalAsync(HttpContext http)
    {
        var body = await BodyReader.Of(http).ReadAsync(http, BodyKind.Request);
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
}
