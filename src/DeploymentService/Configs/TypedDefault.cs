using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DeploymentService.Json;

namespace DeploymentService.Configs;

/// <summary>Reads the declared default of an input by the input's type, as Heat does: the text <c>"3"</c> of a Number is the number 3.</summary>
public static partial class TypedDefault
{
    [GeneratedRegex(@"^\s*(?:\+|(?<minus>-))?(?=\.?[0-9])0*(?<whole>[0-9]*)(?<fraction>\.[0-9]*)?(?<exponent>[eE][+-]?[0-9]+)?\s*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex NumberPattern { get; }

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = JsonFields.DeepestNesting };

    /// <summary>The default as a value of the type. Null when it does not fit.</summary>
    /// <param name="value">The default as it was declared. Null and an empty text are no default, whatever the type, and come back as they are.</param>
    /// <param name="type">One of the types that an input can have. A default fits any other.</param>
    public static JsonElement? Read(JsonElement value, string type) => type switch
    {
        _ when value.ValueKind == JsonValueKind.Null || IsText(value, "") => value,
        "String" => ReadString(value),
        "Number" => value.ValueKind == JsonValueKind.String ? ReadNumber(value.GetString()!) : Only(value, JsonValueKind.Number),
        "Boolean" => value.ValueKind == JsonValueKind.String ? ReadBoolean(value.GetString()!) : Only(value, JsonValueKind.True, JsonValueKind.False),
        "CommaDelimitedList" => value.ValueKind == JsonValueKind.String ? ReadList(value.GetString()!) : Only(value, JsonValueKind.Array),
        "Json" => value.ValueKind == JsonValueKind.String ? ReadJson(value.GetString()!) : Only(value, JsonValueKind.Object, JsonValueKind.Array),
        _ => value,
    };

    /// <summary>
    /// The text that a hook can put into an environment variable: a number's digits as they were sent, <c>True</c> or <c>False</c> as Python writes
    /// them, and an empty text for null. Null for a list and an object, which hooks write as JSON themselves.
    /// </summary>
    public static string? ScalarText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => RawText(value),
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        _ => null,
    };

    private static JsonElement? ReadString(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => Quoted(ScalarText(value)!),
        _ => null,
    };

    /// <summary>A text that Python reads as a number can be none in JSON: <c>+3</c>, <c>03</c>, <c>.5</c> and <c>5.</c> are written as JSON wants them.</summary>
    private static JsonElement? ReadNumber(string text)
    {
        var number = NumberPattern.Match(text);
        if (!number.Success)
        {
            return null;
        }

        var whole = number.Groups["whole"].Value;
        var fraction = number.Groups["fraction"].Value;
        return JsonElement.Parse(
            $"{number.Groups["minus"]}{(whole.Length == 0 ? "0" : whole)}{(fraction == "." ? ".0" : fraction)}{number.Groups["exponent"]}");
    }

    private static JsonElement? ReadBoolean(string text) =>
        bool.TryParse(text, out var isTrue) ? JsonElement.Parse(isTrue ? "true" : "false") : null;

    // Heat keeps the spaces around the parts.
    private static JsonElement ReadList(string text) =>
        JsonElement.Parse($"[{string.Join(',', text.Split(',').Select(part => $"\"{JsonEncodedText.Encode(part)}\""))}]");

    private static JsonElement? ReadJson(string text)
    {
        try
        {
            return LoneSurrogate.IsIn(Encoding.UTF8.GetBytes(text)) ? null : Only(JsonElement.Parse(text, Options), JsonValueKind.Object, JsonValueKind.Array);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement Quoted(string text) => JsonElement.Parse($"\"{text}\"");

    private static JsonElement? Only(JsonElement value, params ReadOnlySpan<JsonValueKind> kinds) => kinds.Contains(value.ValueKind) ? value : null;

    private static bool IsText(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private static string RawText(JsonElement value) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value));
}
