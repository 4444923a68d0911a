using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using DeploymentService.Http;
using DeploymentService.Json;

namespace DeploymentService.Agents;

/// <summary>
/// A JSON object as agents and scripts send it: Python writes <c>NaN</c>, shells write bytes of any encoding. Where the meaning is clear, the text is
/// turned into strict JSON, because a report that is refused is lost and its deployment would never end.
/// </summary>
/// <param name="Fields">The members.</param>
/// <param name="Repairs">What was changed before it could be read, one phrase each; none for what was strict JSON already.</param>
internal sealed record LenientJson(JsonFields Fields, IReadOnlyList<string> Repairs)
{
    private static readonly SearchValues<byte> SpecialInTexts = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (byte)code), (byte)'"', (byte)'\\']);
    private static readonly SearchValues<byte> SpecialBetweenTexts = SearchValues.Create("\"NI-"u8);

    /// <summary>Reads a body. An empty one is an object without members.</summary>
    /// <exception cref="FaultException">400: it is no JSON object, and nothing that could clearly be meant as one.</exception>
    public static LenientJson Parse(byte[] body)
    {
        try
        {
            return new(JsonFields.Parse(body), []);
        }
        catch (FaultException)
        {
            // Only what is not strict JSON pays for the closer look.
            var repairs = new List<string>();
            body = Decode(body, repairs);
            body = WithoutPadding(body, repairs);
            body = RepairTokens(body, repairs);
            if (LoneSurrogate.Replace(body))
            {
                repairs.Add("lone surrogates replaced with U+FFFD");
            }

            body = FlattenDeepMembers(body, repairs);
            return new(JsonFields.Parse(body), repairs);
        }
    }

    /// <summary>The text in UTF-8, without a byte order mark.</summary>
    private static byte[] Decode(byte[] body, List<string> repairs)
    {
        if (UnicodeEncoding(body) is { } encoding)
        {
            repairs.Add($"decoded from {encoding.WebName.ToUpperInvariant()}");
            body = Encoding.UTF8.GetBytes(encoding.GetString(body));
        }

        var text = body.AsSpan();
        while (text.StartsWith(Encoding.UTF8.Preamble))
        {
            text = text[Encoding.UTF8.Preamble.Length..];
        }

        if (text.Length < body.Length)
        {
            repairs.Add("byte order mark removed");
        }

        if (!Utf8.IsValid(text))
        {
            repairs.Add("bytes that are not UTF-8 replaced with U+FFFD");
            return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
        }

        return text.Length < body.Length ? text.ToArray() : body;
    }

    /// <summary>UTF-16 or UTF-32 by the byte order mark, or, as JSON begins with two ASCII characters, by where the zeros are. Null for neither.</summary>
    private static Encoding? UnicodeEncoding(ReadOnlySpan<byte> body) => body switch
    {
        [0xFF, 0xFE, 0, 0, ..] or [not 0, 0, 0, 0, ..] => new UTF32Encoding(bigEndian: false, byteOrderMark: false),
        [0, 0, 0xFE, 0xFF, ..] or [0, 0, 0, not 0, ..] => new UTF32Encoding(bigEndian: true, byteOrderMark: false),
        [0xFF, 0xFE, ..] or [not 0, 0, not 0, 0, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: false),
        [0xFE, 0xFF, ..] or [0, not 0, 0, not 0, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: false),
        _ => null,
    };

    /// <summary>Without the NUL that ends a text in C. What is empty then is an object without members, and so is <c>null</c>.</summary>
    private static byte[] WithoutPadding(byte[] body, List<string> repairs)
    {
        var text = body.AsSpan().Trim("\0 \t\r\n"u8);
        if (text.Length < body.AsSpan().Trim(" \t\r\n"u8).Length)
        {
            repairs.Add("NUL characters removed from the ends");
        }

        return text.IsEmpty || text.SequenceEqual("null"u8) ? "{}"u8.ToArray() : text.ToArray();
    }

    /// <summary>
    /// The three numbers that JSON does not have, and that Python's writer writes and its reader reads, become texts; control characters inside texts
    /// become escapes. No other character is touched.
    /// </summary>
    private static byte[] RepairTokens(byte[] body, List<string> repairs)
    {
        var repaired = new ArrayBufferWriter<byte>(body.Length + 64);
        var (isText, hasNumbers, hasControls) = (false, false, false);
        ReadOnlySpan<byte> rest = body;
        while (!rest.IsEmpty)
        {
            var plain = rest.IndexOfAny(isText ? SpecialInTexts : SpecialBetweenTexts);
            repaired.Write(plain < 0 ? rest : rest[..plain]);
            rest = plain < 0 ? [] : rest[plain..];
            if (rest.IsEmpty)
            {
                break;
            }

            var length = isText && rest[0] == '\\' ? Math.Min(2, rest.Length) : 1;
            if (isText && rest[0] < 0x20)
            {
                hasControls = true;
                repaired.Write(Encoding.ASCII.GetBytes($"\\u{rest[0]:x4}"));
            }
            else if (!isText && NoNumber(rest) is { IsEmpty: false } word)
            {
                hasNumbers = true;
                length = word.Length;
                repaired.Write([(byte)'"', .. word, (byte)'"']);
            }
            else
            {
                isText ^= rest[0] == '"';
                repaired.Write(rest[..length]);
            }

            rest = rest[length..];
        }

        if (hasNumbers)
        {
            repairs.Add("NaN and Infinity kept as text");
        }

        if (hasControls)
        {
            repairs.Add("control characters escaped");
        }

        return repaired.WrittenSpan.ToArray();
    }

    private static ReadOnlySpan<byte> NoNumber(ReadOnlySpan<byte> json) =>
        json.StartsWith("NaN"u8) ? json[..3]
        : json.StartsWith("Infinity"u8) ? json[..8]
        : json.StartsWith("-Infinity"u8) ? json[..9]
        : [];

    /// <summary>A member that nests deeper than the service keeps JSON becomes a text: the JSON that it was.</summary>
    private static byte[] FlattenDeepMembers(byte[] body, List<string> repairs)
    {
        var flat = new ArrayBufferWriter<byte>(body.Length + 64);
        var copied = 0;
        try
        {
            // It counts brackets and never recurses.
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = int.MaxValue });
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (start, deepest) = ReadValue(ref reader);
                if (deepest > JsonFields.DeepestNesting)
                {
                    var end = (int)reader.BytesConsumed;
                    flat.Write(body.AsSpan(copied..start));
                    flat.Write([(byte)'"', .. JsonEncodedText.Encode(body.AsSpan(start..end), JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"']);
                    copied = end;
                }
            }
        }
        catch (JsonException)
        {
            // The strict reader says what is wrong.
            return body;
        }

        if (copied == 0)
        {
            return body;
        }

        repairs.Add($"values that nest deeper than {JsonFields.DeepestNesting} levels kept as text");
        flat.Write(body.AsSpan(copied..));
        return flat.WrittenSpan.ToArray();
    }

    /// <summary>Reads the value of a member: where it begins, and on which level its deepest list or object is.</summary>
    private static (int Start, int Deepest) ReadValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        var (level, deepest) = (reader.CurrentDepth, 0);
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            do
            {
                deepest = Math.Max(deepest, reader.CurrentDepth + 1);
            }
            while (reader.Read() && reader.CurrentDepth > level);
        }

        return (start, deepest);
    }
}
