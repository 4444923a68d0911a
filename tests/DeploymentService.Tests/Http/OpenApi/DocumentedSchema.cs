using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DeploymentService.Tests.Http.OpenApi;

/// <summary>Compares JSON with a schema of the document, as a generated client does that takes the document at its word.</summary>
public static partial class DocumentedSchema
{
    /// <summary>What does not fit, each with the path to it; and with <paramref name="isComplete"/> also keys that are there and are not said to be always there.</summary>
    public static IEnumerable<string> HasBindingError(JsonNode schema, JsonNode? json, bool isComplete = false, string path = "") =>
        HasBindingError(ApprovedDocument.Resolve(schema), json, isComplete, path);

    /// <summary>True when the JSON fits.</summary>
    public static bool Fits(JsonNode schema, JsonNode? json) => !HasBindingError(schema, json).Any();

    private static IEnumerable<string> HasBindingError(JsonObject schema, JsonNode? json, bool isComplete, string path)
    {
        if (schema["oneOf"] is JsonArray choice)
        {
            return choice.Count(part => Fits(part!, json)) == 1 ? [] : [$"{path}: not exactly one of the choices"];
        }

        if (json is null)
        {
            return schema["type"] is null || schema["nullable"]?.GetValue<bool>() == true ? [] : [$"{path}: null"];
        }

        if (schema["type"] is { } type && !IsOf(type.GetValue<string>(), json))
        {
            return [$"{path}: no {type}"];
        }

        return json switch
        {
            JsonObject members => OfObject(schema, members, isComplete, path),
            JsonArray elements => elements.SelectMany((element, index) => schema["items"] is { } items ? HasBindingError(items, element, isComplete, $"{path}/{index}") : []),
            _ => OfValue(schema, json).Select(fault => $"{path}: {fault}"),
        };
    }

    private static bool IsOf(string type, JsonNode json) => (type, json.GetValueKind()) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) or ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => long.TryParse(json.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        _ => false,
    };

    private static IEnumerable<string> OfObject(JsonObject schema, JsonObject members, bool isComplete, string path)
    {
        var properties = schema["properties"]?.AsObject() ?? [];
        var required = schema["required"]?.AsArray().Select(name => name!.GetValue<string>()).ToList() ?? [];
        var isClosed = schema["additionalProperties"] is JsonValue open && !open.GetValue<bool>();
        var missing = required.Where(name => !members.ContainsKey(name)).Select(name => $"{path}/{name}: missing");
        var unknown = members.Where(member => !properties.ContainsKey(member.Key) && (isClosed || (isComplete && schema["additionalProperties"] is null && properties.Count > 0)))
            .Select(member => $"{path}/{member.Key}: not described");
        var unsure = members.Where(member => isComplete && !isClosed && properties.ContainsKey(member.Key) && !required.Contains(member.Key))
            .Select(member => $"{path}/{member.Key}: not required");
        var inside = members.Where(member => properties.ContainsKey(member.Key))
            .SelectMany(member => HasBindingError(properties[member.Key]!, member.Value, isComplete, $"{path}/{member.Key}"));
        return missing.Concat(unknown).Concat(unsure).Concat(inside);
    }

    private static IEnumerable<string> OfValue(JsonObject schema, JsonNode json)
    {
        var text = json.GetValueKind() == JsonValueKind.String ? json.GetValue<string>() : null;
        if (schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, json)))
        {
            yield return $"{json} is none of the words";
        }

        if (text is not null && schema["pattern"]?.GetValue<string>() is { } pattern && !Regex.IsMatch(text, pattern))
        {
            yield return $"{text} does not match";
        }

        if (text is not null && text.EnumerateRunes().Count() is var length
            && (length < (schema["minLength"]?.GetValue<int>() ?? 0) || length > (schema["maxLength"]?.GetValue<int>() ?? int.MaxValue)))
        {
            yield return $"{length} characters";
        }

        if (text is not null && schema["format"]?.GetValue<string>() == "date-time" && !Rfc3339().IsMatch(text))
        {
            yield return $"{text} is no date-time";
        }

        if (text is null && IsOf("number", json) && (json.GetValue<double>() < (schema["minimum"]?.GetValue<double>() ?? double.MinValue)
            || json.GetValue<double>() > (schema["maximum"]?.GetValue<double>() ?? double.MaxValue)))
        {
            yield return $"{json} is out of range";
        }
    }

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$")]
    private static partial Regex Rfc3339();
}
