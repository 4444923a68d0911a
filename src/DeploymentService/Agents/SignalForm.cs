using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DeploymentService.Http;
using DeploymentService.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace DeploymentService.Agents;

/// <summary>
/// A report as <c>curl --form</c> sends it, of whoever has no JSON: a part an output, with the bytes as they were printed. What is no UTF-8 is replaced, as the stock
/// script hook does. <c>deploy_status_code</c> is a number where it looks like one.
/// </summary>
internal static class SignalForm
{
    /// <summary>Stands before the name of an output in Base64Url: a form can have no other name that is sure to come as it was meant, whatever it is.</summary>
    public const string EncodedName = "output.";

    private const string StatusCode = "deploy_status_code";
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>True of a form: it is announced as one, and begins as one and not as JSON.</summary>
    public static bool Is(string? contentType, ReadOnlySpan<byte> body) =>
        contentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true && body.TrimStart("\r\n"u8).StartsWith("--"u8);

    /// <summary>Reads a form.</summary>
    /// <param name="contentType">The content type with the boundary.</param>
    /// <param name="body">The body.</param>
    /// <param name="most">The most bytes that the report may have as JSON.</param>
    /// <exception cref="UnusableJsonException">It is none.</exception>
    /// <exception cref="FaultException">400: it would be too large as JSON.</exception>
    public static async Task<JsonFields> ReadAsync(string contentType, byte[] body, int most)
    {
        try
        {
            if (HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(contentType).Boundary).Value is not { Length: > 0 } boundary)
            {
                throw new InvalidDataException("its boundary is missing");
            }

            return JsonFields.Parse(await JsonOfAsync(new MultipartReader(boundary, new MemoryStream(body)), most));
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or FormatException)
        {
            throw new UnusableJsonException($"The form could not be read: {exception.Message}. Send it as `curl --form` does.");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> JsonOfAsync(MultipartReader form, int most)
    {
        var json = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json, Options);
        writer.WriteStartObject();
        while (await form.ReadNextSectionAsync() is { } part)
        {
            var name = NameOf(part);
            using var content = new MemoryStream();
            await part.Body.CopyToAsync(content);
            var bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
            if (most - json.WrittenCount - writer.BytesPending < LongestJson(bytes.Span) + (6L * name.Length))
            {
                throw new FaultException(Fault.TooLarge($"Request limit exceeded: the report would have more than {most} bytes as JSON."));
            }

            writer.WritePropertyName(name);
            var text = Encoding.UTF8.GetString(bytes.Span);
            if (name == StatusCode && long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code))
            {
                writer.WriteNumberValue(code);
            }
            else
            {
                writer.WriteStringValue(text);
            }
        }

        writer.WriteEndObject();
        await writer.FlushAsync();
        return json.WrittenMemory;
    }

    private static string NameOf(MultipartSection part)
    {
        var disposition = part.GetContentDispositionHeader() ?? throw new InvalidDataException("a part has no Content-Disposition");
        var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
        return name.StartsWith(EncodedName, StringComparison.Ordinal) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(name.AsSpan(EncodedName.Length))) : name;
    }

    /// <summary>More than a text can have in JSON: it is not written to be measured.</summary>
    private static long LongestJson(ReadOnlySpan<byte> text)
    {
        var length = 2L;
        foreach (var one in text)
        {
            length += one switch
            {
                // A character of its own where it is no UTF-8, and an escape where nothing is assigned to it.
                >= 0x80 => 3,
                (byte)'"' or (byte)'\\' or (byte)'\n' or (byte)'\r' or (byte)'\t' => 2,
                < (byte)' ' or 0x7F => 6,
                _ => 1,
            };
        }

        return length;
    }
}
