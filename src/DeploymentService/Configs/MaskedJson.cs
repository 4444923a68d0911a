using System.Buffers;
using System.Text;
using System.Text.Json;
using DeploymentService.Data;

namespace DeploymentService.Configs;

/// <summary>
/// Hides values of a JSON text. Everything else stays byte for byte as it was sent, and so does a null, which says nothing.
/// </summary>
public static class MaskedJson
{
    private static readonly byte[] Mask = Encoding.UTF8.GetBytes("\"" + MaskText + "\"");
    private static readonly JsonReaderOptions Options = new() { MaxDepth = Http.JsonFields.DeepestNesting };

    /// <summary>What stands in the place of a hidden value.</summary>
    public const string MaskText = "••••";

    /// <summary>Hides members of an object by their names.</summary>
    public static JsonText Members(JsonText json, Func<string, bool> isHidden)
    {
        var reader = new Utf8JsonReader(json.Utf8.Span, Options);
        var hidden = new List<Range>();
        reader.Read();
        foreach (var member in MembersOf(ref reader))
        {
            if (!member.IsNull && isHidden(member.Name))
            {
                hidden.Add(member.Value);
            }
        }

        return Replace(json, hidden);
    }

    /// <summary>Hides the default and the value of the inputs in a list of declarations.</summary>
    public static JsonText Declarations(JsonText json)
    {
        var reader = new Utf8JsonReader(json.Utf8.Span, Options);
        var hidden = new List<Range>();
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var members = MembersOf(ref reader);
            if (members.Any(member => IsSensitive(member, json)))
            {
                hidden.AddRange(members.Where(member => member is { Name: "default" or "value", IsNull: false }).Select(member => member.Value));
            }
        }

        return Replace(json, hidden);
    }

    /// <summary>The names of the inputs that a list of declarations marks as hidden.</summary>
    public static IReadOnlyCollection<string> HiddenIn(JsonText json)
    {
        using var declarations = json.Document();
        return
        [
            .. declarations.RootElement.EnumerateArray()
                .Where(declaration => declaration.TryGetProperty("hidden", out var flag) && IsTrue(Encoding.UTF8.GetBytes(flag.GetRawText())))
                .Select(declaration => declaration.GetProperty("name").GetString()!)
                .Distinct(),
        ];
    }

    /// <summary>The names of an object's members, each once.</summary>
    public static IEnumerable<string> NamesOf(JsonText json)
    {
        var reader = new Utf8JsonReader(json.Utf8.Span, Options);
        reader.Read();
        return MembersOf(ref reader).Select(member => member.Name).Distinct();
    }

    private readonly record struct Member(string Name, Range Value, bool IsNull);

    private static bool IsSensitive(Member member, JsonText json) => member.Name switch
    {
        "hidden" => IsTrue(json.Utf8.Span[member.Value]),
        "name" => SensitiveName.Is(JsonSerializer.Deserialize<string>(json.Utf8.Span[member.Value])!),
        _ => false,
    };

    // As the check of a declaration takes it.
    private static bool IsTrue(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value).Trim('"').Equals("true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The members of the object that the reader stands at the beginning of; afterwards it stands at its end.</summary>
    private static List<Member> MembersOf(ref Utf8JsonReader reader)
    {
        var members = new List<Member>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var isNull = reader.TokenType == JsonTokenType.Null;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            members.Add(new(name, start..(int)reader.BytesConsumed, isNull));
        }

        return members;
    }

    private static JsonText Replace(JsonText json, List<Range> hidden)
    {
        if (hidden.Count == 0)
        {
            return json;
        }

        var masked = new ArrayBufferWriter<byte>(json.Utf8.Length + (hidden.Count * Mask.Length));
        var done = 0;
        foreach (var value in hidden.OrderBy(value => value.Start.Value))
        {
            masked.Write(json.Utf8.Span[done..value.Start.Value]);
            masked.Write(Mask);
            done = value.End.Value;
        }

        masked.Write(json.Utf8.Span[done..]);
        return new JsonText(masked.WrittenMemory);
    }
}
