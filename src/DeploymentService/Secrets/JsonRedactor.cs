using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DeploymentService.Json;

namespace DeploymentService.Secrets;

/// <summary>
/// Hides the secrets of a JSON value, at any depth: what stands under a name that says so, the <c>value</c> and the <c>default</c> of an object that is
/// <c>hidden</c> or whose <c>name</c> says so, and what <see cref="TextRedactor"/> finds in texts, which may be JSON themselves. Everything else stays byte
/// for byte as it was sent, and so does a null, which says nothing. One pass over the bytes; it never throws.
/// </summary>
/// <param name="names">Which names are those of secrets.</param>
/// <param name="alsoHidden">More names, taken literally.</param>
/// <param name="found">Gets the names of the members in which something is hidden, where anybody wants to know.</param>
internal sealed class JsonRedactor(SecretNames names, IReadOnlyCollection<string> alsoHidden, ICollection<string>? found = null)
{
    // JSON in a text in JSON in a text …: hardly anybody writes more than one of them, and what is deeper is hidden as a whole.
    private const int DeepestText = 4;

    // What looks like JSON and is none costs an exception each.
    private const int MostMisread = 100;
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1000 };
    private static readonly byte[] Mask = Encode(Redaction.Mask);
    private static readonly SearchValues<byte> Suspicious = SearchValues.Create("=:/\\-|"u8);
    private int _textDepth;
    private int _misread;

    /// <summary>The value without its secrets; the same object when it has none.</summary>
    public JsonText Redact(JsonText json)
    {
        var hidden = new List<Replacement>();
        try
        {
            var reader = new Utf8JsonReader(json.Utf8.Span, Options);
            reader.Read();
            Read(ref reader, name: null, hidden);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Nothing that was taken in is like that. What cannot be looked through is hidden as a whole.
            return new(Mask);
        }

        return hidden.Count == 0 ? json : Replace(json, hidden);
    }

    /// <summary>A text without its secrets: JSON is looked through as such.</summary>
    public string Redact(string text) => RedactJson(text) ?? TextRedactor.Redact(text, names);

    /// <summary>A text that is a JSON object or list, without its secrets; null for any other text.</summary>
    public string? RedactJson(string text)
    {
        if (!LooksLikeJson(text) || _misread == MostMisread)
        {
            return null;
        }

        if (_textDepth == DeepestText)
        {
            return Redaction.Mask;
        }

        var hidden = new List<Replacement>();
        var json = new JsonText(Encoding.UTF8.GetBytes(text));
        _textDepth++;
        try
        {
            var reader = new Utf8JsonReader(json.Utf8.Span, Options);
            reader.Read();
            Read(ref reader, name: null, hidden);
            // Something behind its end makes it another text.
            return reader.Read() ? null : hidden.Count == 0 ? text : Replace(json, hidden).ToString();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            _misread++;
            return null;
        }
        finally
        {
            _textDepth--;
        }
    }

    private readonly record struct Replacement(int Start, int End, byte[] With);

    private static bool LooksLikeJson(string text)
    {
        var trimmed = text.AsSpan().Trim(" \t\r\n");
        if (trimmed.Length < 2 || (trimmed[0], trimmed[^1]) is not (('{', '}') or ('[', ']')))
        {
            return false;
        }

        // A line of a log begins with a bracket too, such as [INFO].
        return trimmed[1..].TrimStart(" \t\r\n")[0] is '"' or '{' or '[' or '}' or ']' or '-' or 't' or 'f' or 'n' or (>= '0' and <= '9');
    }

    private void Read(ref Utf8JsonReader reader, string? name, List<Replacement> hidden)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                ReadObject(ref reader, hidden);
                break;
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    Read(ref reader, name, hidden);
                }

                break;
            case JsonTokenType.String when reader.ValueSpan.ContainsAny(Suspicious):
                var text = reader.GetString()!;
                var redacted = Redact(text);
                if (!ReferenceEquals(text, redacted))
                {
                    Hide(name, (int)reader.TokenStartIndex, (int)reader.BytesConsumed, Encode(redacted), hidden);
                }

                break;
        }
    }

    private void ReadObject(ref Utf8JsonReader reader, List<Replacement> hidden)
    {
        var isSecret = false;
        string? described = null;
        List<(int Start, int End)>? values = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isNull = reader.TokenType == JsonTokenType.Null;
            if (reader.TokenType == JsonTokenType.String && IsAny(name, "name", "key"))
            {
                described = reader.GetString()!;
                isSecret |= IsHidden(described);
            }
            else if (name == "hidden")
            {
                isSecret |= reader.TokenType == JsonTokenType.True || (reader.TokenType == JsonTokenType.String && IsTrue(reader.GetString()));
            }

            if (!isNull && IsHidden(name))
            {
                reader.Skip();
                Hide(name, start, (int)reader.BytesConsumed, Mask, hidden);
            }
            else
            {
                Read(ref reader, name, hidden);
                if (!isNull && IsAny(name, "value", "default"))
                {
                    (values ??= []).Add((start, (int)reader.BytesConsumed));
                }
            }
        }

        if (isSecret)
        {
            values?.ForEach(value => Hide(described, value.Start, value.End, Mask, hidden));
        }
    }

    private void Hide(string? name, int start, int end, byte[] with, List<Replacement> hidden)
    {
        hidden.Add(new(start, end, with));
        // Names in JSON in a text are not those of members.
        if (found is not null && name is not null && _textDepth == 0)
        {
            found.Add(name);
        }
    }

    private bool IsHidden(string name) => names.Fit(name) || alsoHidden.Contains(name);

    private static bool IsAny(string name, string one, string other) =>
        name.Equals(one, StringComparison.OrdinalIgnoreCase) || name.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a flag of a declaration is set, as the check of the declaration takes it.</summary>
    public static bool IsTrue(JsonElement flag) =>
        flag.ValueKind == JsonValueKind.True || (flag.ValueKind == JsonValueKind.String && IsTrue(flag.GetString()));

    private static bool IsTrue(string? word) => bool.TryParse(word, out var isTrue) && isTrue;

    private static JsonText Replace(JsonText json, List<Replacement> hidden)
    {
        var redacted = new ArrayBufferWriter<byte>(json.Utf8.Length + 64);
        var done = 0;
        // The whole of a value is found after its parts, and counts instead of them.
        hidden.Reverse();
        foreach (var (start, end, with) in hidden.OrderBy(value => value.Start).ThenByDescending(value => value.End))
        {
            if (start >= done)
            {
                redacted.Write(json.Utf8.Span[done..start]);
                redacted.Write(with);
                done = end;
            }
        }

        redacted.Write(json.Utf8.Span[done..]);
        return new JsonText(redacted.WrittenMemory);
    }

    /// <summary>A text as JSON.</summary>
    public static JsonText TextOf(string text) => new(Encode(text));

    private static byte[] Encode(string text) => [(byte)'"', .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];
}
