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
/// script hook does. <c>deploy_status_code</c> is a number and has to be there: a form that lost it must not pass for a success.
/// </summary>
internal static class SignalForm
{
    /// <summary>Stands before the name of an output in Base64Url: a form can have no other name that is sure to come as it was meant, whatever it is.</summary>
    public const string EncodedName = "output.";

    private const string StatusCode = "deploy_status_code";
    private const int LongestCode = 32;
    // What a MIME boundary may have.
    private const int LongestBoundary = 70;
    private const int Block = 4096;
    private const string NoCode = "it has no " + StatusCode + " that is a whole number";
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
            if (HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(contentType).Boundary).Value is not { Length: > 0 and <= LongestBoundary } boundary)
            {
                throw new InvalidDataException($"its boundary is missing or longer than {LongestBoundary} characters");
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
        var (parts, hasCode) = (0, false);
        writer.WriteStartObject();
        while (await form.ReadNextSectionAsync() is { } part)
        {
            if (++parts > JsonFields.MostMembers)
            {
                throw new InvalidDataException($"it has more than {JsonFields.MostMembers} parts");
            }

            var name = NameOf(part);
            Expect((6L * name.Length) + LongestCode);
            writer.WritePropertyName(name);
            if (name == StatusCode)
            {
                writer.WriteNumberValue(await CodeOfAsync(part));
                hasCode = true;
            }
            else
            {
                await WriteTextAsync(writer, part, Expect);
            }
        }

        if (!hasCode)
        {
            throw new InvalidDataException(NoCode);
        }

        writer.WriteEndObject();
        await writer.FlushAsync();
        return json.WrittenMemory;

        void Expect(long length)
        {
            if (most - json.WrittenCount - writer.BytesPending < length)
            {
                throw new FaultException(Fault.TooLarge($"Request limit exceeded: the report would have more than {most} bytes as JSON."));
            }
        }
    }

    private static async Task<long> CodeOfAsync(MultipartSection part)
    {
        var text = new byte[LongestCode];
        var length = await part.Body.ReadAtLeastAsync(text, LongestCode, throwOnEndOfStream: false);
        return length < LongestCode && long.TryParse(text.AsSpan(0, length), NumberStyles.Integer, CultureInfo.InvariantCulture, out var code)
            ? code
            : throw new InvalidDataException(NoCode);
    }

    /// <summary>Block by block, because a string of it all, and its JSON beside that, would be many times its size.</summary>
    private static async Task WriteTextAsync(Utf8JsonWriter writer, MultipartSection part, Action<long> expect)
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var bytes = new byte[Block];
        var characters = new char[Encoding.UTF8.GetMaxCharCount(Block)];
        int length;
        do
        {
            length = await part.Body.ReadAsync(bytes);
            expect(LongestJson(bytes.AsSpan(0, length)));
            writer.WriteStringValueSegment(characters.AsSpan(0, decoder.GetChars(bytes.AsSpan(0, length), characters, flush: length == 0)), isFinalSegment: length == 0);
        }
        while (length > 0);
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
