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
    private static readonly byte[][] Escapes = [.. Enumerable.Range(0, 0x20).Select(code => Encoding.ASCII.GetBytes($"\\u{code:x4}"))];

    /// <summary>Reads a body. An empty one is an object without members. The body may be changed.</summary>
    /// <param name="body">The body.</param>
    /// <param name="most">The most bytes that it may have when it is repaired: some characters become six.</param>
    /// <exception cref="FaultException">400: it is no JSON object, and nothing that could clearly be meant as one.</exception>
    public static LenientJson Parse(byte[] body, int most)
    {
        try
        {
            return new(JsonFields.Parse(body), []);
        }
        catch (UnusableJsonException)
        {
            // Only what is not strict JSON pays for the closer look. What needs no repair is not copied.
            var repairs = new List<string>();
            var text = Decode(body, most, repairs);
            text = WithoutPadding(text, repairs);
            text = RepairTokens(text, most, repairs);
            if (LoneSurrogate.Replace(text.Span))
            {
                repairs.Add("lone surrogates replaced with U+FFFD");
            }

            text = FlattenDeepMembers(text, most, repairs);
            return new(JsonFields.Parse(text), repairs);
        }
    }

    /// <summary>The text in UTF-8, without a byte order mark.</summary>
    private static Memory<byte> Decode(byte[] body, int most, List<string> repairs)
    {
        if (UnicodeEncoding(body) is { } encoding)
        {
            repairs.Add($"decoded from {encoding.WebName.ToUpperInvariant()}");
            body = Encoding.UTF8.GetBytes(encoding.GetString(body));
        }

        var text = body.AsMemory();
        while (text.Span.StartsWith(Encoding.UTF8.Preamble))
        {
            text = text[Encoding.UTF8.Preamble.Length..];
        }

        if (text.Length < body.Length)
        {
            repairs.Add("byte order mark removed");
        }

        if (!Utf8.IsValid(text.Span))
        {
            repairs.Add("bytes that are not UTF-8 replaced with U+FFFD");
            return ExactText.Of(most, (scoped ref to) => ReplaceInvalid(text.Span, ref to));
        }

        return text;
    }

    private static void ReplaceInvalid(ReadOnlySpan<byte> text, scoped ref ExactText to)
    {
        var written = 0;
        var place = 0;
        while (text[place..].IndexOfAnyExceptInRange((byte)0, (byte)0x7F) is >= 0 and var ahead)
        {
            place += ahead;
            var isValid = Rune.DecodeFromUtf8(text[place..], out _, out var length) == OperationStatus.Done;
            if (!isValid)
            {
                to.Write(text[written..place]);
                to.Write("\uFFFD"u8);
                written = place + length;
            }

            place += length;
        }

        to.Write(text[written..]);
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
    private static Memory<byte> WithoutPadding(Memory<byte> body, List<string> repairs)
    {
        var text = body.Trim("\0 \t\r\n"u8);
        if (text.Length < body.Trim(" \t\r\n"u8).Length)
        {
            repairs.Add("NUL characters removed from the ends");
        }

        return text.IsEmpty || text.Span.SequenceEqual("null"u8) ? "{}"u8.ToArray() : text;
    }

    /// <summary>
    /// The three numbers that JSON does not have, and that Python's writer writes and its reader reads, become texts; control characters inside texts
    /// become escapes. No other character is touched.
    /// </summary>
    private static Memory<byte> RepairTokens(Memory<byte> body, int most, List<string> repairs)
    {
        var (hasNumbers, hasControls) = (false, false);
        var repaired = ExactText.Of(most, (scoped ref to) => (hasNumbers, hasControls) = RepairTokens(body.Span, ref to));
        if (hasNumbers)
        {
            repairs.Add("NaN and Infinity kept as text");
        }

        if (hasControls)
        {
            repairs.Add("control characters escaped");
        }

        return repaired;
    }

    private static (bool HasNumbers, bool HasControls) RepairTokens(ReadOnlySpan<byte> rest, scoped ref ExactText to)
    {
        var (isText, hasNumbers, hasControls) = (false, false, false);
        while (rest.IndexOfAny(isText ? SpecialInTexts : SpecialBetweenTexts) is >= 0 and var plain)
        {
            to.Write(rest[..plain]);
            rest = rest[plain..];
            var length = isText && rest[0] == '\\' ? Math.Min(2, rest.Length) : 1;
            if (isText && rest[0] < 0x20)
            {
                hasControls = true;
                to.Write(Escapes[rest[0]]);
            }
            else if (!isText && NoNumber(rest) is { IsEmpty: false } word)
            {
                hasNumbers = true;
                length = word.Length;
                to.Write("\""u8);
                to.Write(word);
                to.Write("\""u8);
            }
            else
            {
                isText ^= rest[0] == '"';
                to.Write(rest[..length]);
            }

            rest = rest[length..];
        }

        to.Write(rest);
        return (hasNumbers, hasControls);
    }

    private static ReadOnlySpan<byte> NoNumber(ReadOnlySpan<byte> json) =>
        json.StartsWith("NaN"u8) ? json[..3]
        : json.StartsWith("Infinity"u8) ? json[..8]
        : json.StartsWith("-Infinity"u8) ? json[..9]
        : [];

    /// <summary>A member that nests deeper than the service keeps JSON becomes a text: the JSON that it was.</summary>
    private static Memory<byte> FlattenDeepMembers(Memory<byte> body, int most, List<string> repairs)
    {
        List<Range> deep;
        try
        {
            deep = DeepMembers(body.Span);
        }
        catch (JsonException)
        {
            // The strict reader says what is wrong.
            return body;
        }

        if (deep.Count == 0)
        {
            return body;
        }

        repairs.Add($"values that nest deeper than {JsonFields.DeepestNesting} levels kept as text");
        return ExactText.Of(most, (scoped ref to) =>
        {
            var copied = 0;
            foreach (var value in deep)
            {
                to.Write(body.Span[copied..value.Start.Value]);
                to.Write("\""u8);
                WriteEscaped(body.Span[value], ref to);
                to.Write("\""u8);
                copied = value.End.Value;
            }

            to.Write(body.Span[copied..]);
        });
    }

    /// <summary>Where the values are that nest too deep.</summary>
    private static List<Range> DeepMembers(ReadOnlySpan<byte> body)
    {
        var deep = new List<Range>();
        // It counts brackets and never recurses.
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (start, deepest) = ReadValue(ref reader);
            if (deepest > JsonFields.DeepestNesting)
            {
                deep.Add(start..(int)reader.BytesConsumed);
            }
        }

        return deep;
    }

    private static void WriteEscaped(ReadOnlySpan<byte> json, scoped ref ExactText to)
    {
        Span<byte> escaped = stackalloc byte[1024];
        while (!json.IsEmpty)
        {
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(json, escaped, out var read, out var written);
            to.Write(escaped[..written]);
            json = json[read..];
        }
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
