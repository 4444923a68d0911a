using System.Text;
using Microsoft.Net.Http.Headers;

namespace DeploymentService.Http;

/// <summary>
/// Metadata of a route that says in sentences what it says in JSON, to whoever asks for <c>text/plain</c>: its refusals too.
/// </summary>
public sealed class PlainText
{
    private const string ContentType = "text/plain; charset=utf-8";

    /// <summary>True when a request is for a route with sentences, and prefers them to JSON.</summary>
    public static bool IsWanted(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<PlainText>() is null)
        {
            return false;
        }

        http.Response.Headers.Vary = HeaderNames.Accept;
        // What is liked best, and of what is liked equally the first.
        foreach (var range in http.Request.GetTypedHeaders().Accept.Where(range => range.Quality is not 0).OrderByDescending(range => range.Quality ?? 1))
        {
            if (range.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase) || range.MediaType.Equals("text/*", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }

            if (range.MatchesAllTypes || range.Type.Equals("application", StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Answers with lines of text.</summary>
    public static async Task WriteAsync(HttpContext http, int status, params IEnumerable<string> lines)
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => Harmless(line) + "\n")));
        http.Response.StatusCode = status;
        http.Response.ContentType = ContentType;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    /// <summary>Without what a terminal would take for a command: others wrote some of the text.</summary>
    private static string Harmless(string line) => string.Create(line.Length, line, static (harmless, line) =>
    {
        for (var place = 0; place < line.Length; place++)
        {
            harmless[place] = char.IsControl(line[place]) || line[place] is '\u2028' or '\u2029' ? ' ' : line[place];
        }
    });
}
