using System.Text;
using System.Text.Json;

namespace DeploymentService.Json;

/// <summary>
/// The members of a JSON object, taken apart by the kind that belongs in each. What does not fit is collected as a
/// <see cref="FieldFault"/>, so that an answer names everything that is wrong. Values stay as they were sent.
/// </summary>
public sealed class JsonFields
{
    /// <summary>How deep a body may nest, the outermost object included.</summary>
    public const int DeepestNesting = 128;

    /// <summary>How many members an object may have: each is remembered, and costs many times the few bytes that it may be sent in.</summary>
    public const int MostMembers = 10_000;

    /// <summary>How many faults an answer names: a body of a megabyte can have 350,000, and nobody reads them. One more is collected, which tells that there are more.</summary>
    public const int MostFaults = 50;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = DeepestNesting };
    private readonly Dictionary<string, Field> _fields = [];
    private readonly List<FieldFault> _faults = [];
    private readonly string _prefix;

    private JsonFields(string prefix) => _prefix = prefix;

    private readonly record struct Field(JsonTokenType Kind, ReadOnlyMemory<byte> Raw);

    /// <summary>The names of the members, in the order they were sent.</summary>
    public IEnumerable<string> Names => _fields.Keys;

    /// <summary>What did not fit so far; not more than one above <see cref="MostFaults"/>.</summary>
    public IReadOnlyList<FieldFault> Faults => _faults;

    /// <summary>Reads a body.</summary>
    /// <exception cref="UnusableJsonException">It is no JSON object in UTF-8.</exception>
    public static JsonFields Parse(ReadOnlyMemory<byte> body)
    {
        if (!System.Text.Unicode.Utf8.IsValid(body.Span))
        {
            throw new UnusableJsonException("The body is not valid UTF-8: encode it as UTF-8.");
        }

        if (LoneSurrogate.IsIn(body.Span))
        {
            throw new UnusableJsonException("The body has half of a surrogate pair (such as \\ud83d alone), which no text can keep: send both halves or none.");
        }

        try
        {
            return Read(body, prefix: "")
                ?? throw new UnusableJsonException("The body must be a JSON object, such as {\"status\": \"COMPLETE\"}.");
        }
        catch (JsonException exception)
        {
            throw new UnusableJsonException($"The body is not valid JSON: {Explain(exception)}");
        }
    }

    /// <summary>Reads a value that is already known to be JSON. Null when it is no object.</summary>
    /// <param name="json">The value.</param>
    /// <param name="prefix">What stands before each name in a fault, for example <c>inputs[0].</c></param>
    /// <exception cref="UnusableJsonException">It has too many members.</exception>
    public static JsonFields? Read(ReadOnlyMemory<byte> json, string prefix)
    {
        var reader = new Utf8JsonReader(json.Span, Strict);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            reader.Read();
            return null;
        }

        var fields = new JsonFields(prefix);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var kind = reader.TokenType;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            // The last of two members with one name counts, as in Heat.
            fields._fields[name] = new(kind, json[start..(int)reader.BytesConsumed]);
            if (fields._fields.Count > MostMembers)
            {
                throw new UnusableJsonException($"The body has an object with more than {MostMembers} members: send fewer.");
            }
        }

        // Anything behind the object is a fault, which this finds.
        reader.Read();
        return fields;
    }

    /// <summary>A string; null when absent or null.</summary>
    public string? Text(string name)
    {
        if (!TryGet(name, out var field))
        {
            return null;
        }

        if (field.Kind != JsonTokenType.String)
        {
            AddError(name, "must be a string");
            return null;
        }

        var reader = new Utf8JsonReader(field.Raw.Span);
        reader.Read();
        var text = reader.GetString()!;
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            AddError(name, "must not contain a NUL character");
            return null;
        }

        return text;
    }

    /// <summary>An object, as sent; null when absent or null.</summary>
    public JsonText? Object(string name) => Kept(name, JsonTokenType.StartObject, "must be an object");

    /// <summary>A list, as sent; null when absent or null.</summary>
    public JsonText? List(string name) => Kept(name, JsonTokenType.StartArray, "must be a list");

    /// <summary>Any JSON value, as sent; null when absent or null.</summary>
    public JsonText? Any(string name) => TryGet(name, out var field) ? new JsonText(field.Raw) : null;

    /// <summary>Any JSON value that was sent, null too; null only when absent.</summary>
    public JsonText? Sent(string name) => _fields.TryGetValue(name, out var field) ? new JsonText(field.Raw) : null;

    /// <summary><c>true</c> or <c>false</c>; null when absent or null.</summary>
    public bool? Flag(string name)
    {
        if (!TryGet(name, out var field))
        {
            return null;
        }

        if (field.Kind is not (JsonTokenType.True or JsonTokenType.False))
        {
            AddError(name, "must be true or false");
            return null;
        }

        return field.Kind == JsonTokenType.True;
    }

    /// <summary>A whole number; null when absent or null.</summary>
    public long? Integer(string name)
    {
        if (!TryGet(name, out var field))
        {
            return null;
        }

        var reader = new Utf8JsonReader(field.Raw.Span);
        reader.Read();
        if (field.Kind != JsonTokenType.Number || !reader.TryGetInt64(out var number))
        {
            AddError(name, "must be a whole number");
            return null;
        }

        return number;
    }

    /// <summary>Notes a fault of a member.</summary>
    public void AddError(string name, string message)
    {
        if (_faults.Count <= MostFaults)
        {
            _faults.Add(new(_prefix + name, message));
        }
    }

    private JsonText? Kept(string name, JsonTokenType kind, string message)
    {
        if (!TryGet(name, out var field))
        {
            return null;
        }

        if (field.Kind != kind)
        {
            AddError(name, message);
            return null;
        }

        return new JsonText(field.Raw);
    }

    private bool TryGet(string name, out Field field) => _fields.TryGetValue(name, out field) && field.Kind != JsonTokenType.Null;

    private static string Explain(JsonException exception)
    {
        // The library's own sentence, which speaks of the text alone, and the place as people count.
        var sentence = new StringBuilder(exception.Message);
        var end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (end >= 0)
        {
            sentence.Length = end;
        }

        return sentence.Append(System.Globalization.CultureInfo.InvariantCulture, $" Line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.").ToString();
    }
}

/// <summary>What is wrong with one field of a body.</summary>
/// <param name="Name">The field, as on the wire.</param>
/// <param name="Message">The end of a sentence that begins with the name.</param>
public sealed record FieldFault(string Name, string Message);
