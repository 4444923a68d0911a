using System.Runtime.InteropServices;
using System.Text.Json;
using DeploymentService.Data;

namespace DeploymentService.Agents;

/// <summary>
/// The inputs of an entry as the agents' hooks take them for granted: each with name, type and value, and every value that a shell could get is
/// a string. A number, a boolean or null there crashes a hook.
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
        var own = AddedInputs.Of(entry, signalUrl, name => GivenText(name, values, declarations));
        var ownNames = own.Select(input => input.Name).ToHashSet();

        writer.WriteStartArray();
        foreach (var declaration in declarations.Where(declaration => !ownNames.Contains(NameOf(declaration))))
        {
            WriteDeclared(writer, declaration, values);
        }

        foreach (var (name, value) in values.Where(value => !names.Contains(value.Key) && !ownNames.Contains(value.Key)))
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("type", StringType);
            WriteValue(writer, value, StringType);
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

    private static void WriteDeclared(Utf8JsonWriter writer, JsonElement declaration, Dictionary<string, JsonElement> values)
    {
        var type = Member(declaration, "type") is { } declared ? declared.GetString()! : StringType;
        writer.WriteStartObject();
        foreach (var member in declaration.EnumerateObject().Where(member => member.Name is not ("type" or "value")))
        {
            member.WriteTo(writer);
        }

        writer.WriteString("type", type);
        WriteValue(writer, Given(NameOf(declaration), values, declaration) ?? Member(declaration, "default") ?? default, type);
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, JsonElement value, string type)
    {
        writer.WritePropertyName("value");
        var isContainer = value.ValueKind is JsonValueKind.Object or JsonValueKind.Array;
        if (value.ValueKind == JsonValueKind.String || (isContainer && type is "Json" or "CommaDelimitedList"))
        {
            value.WriteTo(writer);
        }
        else
        {
            writer.WriteStringValue(Text(value));
        }
    }

    /// <summary>What the author of the config or of the deployment gave an input; the deployment's word counts more. Null when neither gave anything.</summary>
    private static JsonElement? Given(string name, Dictionary<string, JsonElement> values, JsonElement? declaration) =>
        values.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : declaration is { } declared ? Member(declared, "value") : null;

    private static string GivenText(string name, Dictionary<string, JsonElement> values, List<JsonElement> declarations)
    {
        var place = declarations.FindLastIndex(declaration => NameOf(declaration) == name);
        return Given(name, values, place < 0 ? null : declarations[place]) is { } value ? Text(value) : "";
    }

    private static string NameOf(JsonElement declaration) => declaration.GetProperty("name").GetString()!;

    private static JsonElement? Member(JsonElement declaration, string name) =>
        declaration.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A string as it is, nothing as an empty one, and anything else as it was sent.</summary>
    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        _ => System.Text.Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value)),
    };
}
