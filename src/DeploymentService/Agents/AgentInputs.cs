using System.Text.Json;
using DeploymentService.Configs;
using DeploymentService.Json;

namespace DeploymentService.Agents;

/// <summary>
/// The inputs of an entry as the agents' hooks take them for granted: each with name, type and value. A value keeps its JSON type, unless the hook
/// puts the inputs into the environment of a process.
/// </summary>
public static class AgentInputs
{
    private const string StringType = "String";

    /// <summary>Writes the list: declared inputs, undeclared values, and what the service tells the agent.</summary>
    public static void Write(Utf8JsonWriter writer, AgentEntry entry, string signalUrl)
    {
        using var declared = entry.Config.Inputs.Document();
        using var supplied = (entry.InputValues ?? JsonText.EmptyObject).Document();
        var values = new Dictionary<string, JsonElement>();
        foreach (var member in supplied.RootElement.EnumerateObject())
        {
            values[member.Name] = member.Value;
        }

        var declarations = declared.RootElement.EnumerateArray().ToList();
        var names = declarations.Select(NameOf).ToHashSet();
        string Given(string name) => GivenText(name, values, declarations);
        var own = InjectedInputs.Of(entry, signalUrl, Given);
        var ownNames = own.Select(input => input.Name).ToHashSet();
        var asText = HookEnvironment.Takes(entry.Config, InjectedInputs.Action(entry, Given));

        writer.WriteStartArray();
        foreach (var declaration in declarations.Where(declaration => !ownNames.Contains(NameOf(declaration))))
        {
            WriteDeclared(writer, declaration, values, asText);
        }

        foreach (var (name, value) in values.Where(value => !names.Contains(value.Key) && !ownNames.Contains(value.Key)))
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("type", StringType);
            WriteValue(writer, value, asText);
            writer.WriteEndObject();
        }

        foreach (var (name, value, description) in own)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("type", StringType);
            writer.WriteString("value", value);
            writer.WriteString("description", description);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteDeclared(Utf8JsonWriter writer, JsonElement declaration, Dictionary<string, JsonElement> values, bool asText)
    {
        writer.WriteStartObject();
        foreach (var member in declaration.EnumerateObject().Where(member => member.Name is not ("type" or "value")))
        {
            member.WriteTo(writer);
        }

        writer.WriteString("type", TypeOf(declaration));
        WriteValue(writer, ValueOf(NameOf(declaration), values, declaration), asText);
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, JsonElement value, bool asText)
    {
        writer.WritePropertyName("value");
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            writer.WriteStringValue("");
        }
        else if (asText && TypedDefault.ScalarText(value) is { } text)
        {
            writer.WriteStringValue(text);
        }
        else
        {
            value.WriteTo(writer);
        }
    }

    /// <summary>
    /// What the author of the deployment gave an input, a null too; else what the author of the config gave it; else its default. Undefined when
    /// there is none of them.
    /// </summary>
    private static JsonElement ValueOf(string name, Dictionary<string, JsonElement> values, JsonElement? declaration)
    {
        if (values.TryGetValue(name, out var supplied) || declaration is not { } declared)
        {
            return supplied;
        }

        var fallback = Member(declared, "default");
        if (Member(declared, "value") is { } given && !IsCopy(given, fallback))
        {
            return given;
        }

        return fallback is { } value ? TypedDefault.Read(value, TypeOf(declared)) ?? value : default;
    }

    /// <summary>True of a default that the stock command line copied into the value, as it was declared: it is still to be read by its type.</summary>
    private static bool IsCopy(JsonElement given, JsonElement? fallback) =>
        given.ValueKind == JsonValueKind.String && fallback is { ValueKind: JsonValueKind.String } text && text.ValueEquals(given.GetString());

    private static string GivenText(string name, Dictionary<string, JsonElement> values, List<JsonElement> declarations)
    {
        var place = declarations.FindLastIndex(declaration => NameOf(declaration) == name);
        var given = ValueOf(name, values, place < 0 ? null : declarations[place]);
        return TypedDefault.ScalarText(given) ?? given.GetRawText();
    }

    private static string NameOf(JsonElement declaration) => declaration.GetProperty("name").GetString()!;

    private static string TypeOf(JsonElement declaration) => Member(declaration, "type")?.GetString() ?? StringType;

    private static JsonElement? Member(JsonElement declaration, string name) =>
        declaration.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
