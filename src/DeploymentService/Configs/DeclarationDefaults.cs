using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using DeploymentService.Json;

namespace DeploymentService.Configs;

/// <summary>Declared inputs and outputs with the members that a client may leave out, or set to null, filled in as Heat fills them in.</summary>
public static class DeclarationDefaults
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly (string Name, string Json)[] InputDefaults = [("type", "\"String\"")];
    private static readonly (string Name, string Json)[] OutputDefaults = [("type", "\"String\""), ("error_output", "false")];

    /// <summary>Every input with its type.</summary>
    public static JsonText OfInputs(JsonText list) => Fill(list, InputDefaults);

    /// <summary>Every output with its type, and whether its presence means a failure.</summary>
    public static JsonText OfOutputs(JsonText list) => Fill(list, OutputDefaults);

    private static JsonText Fill(JsonText list, (string Name, string Json)[] defaults)
    {
        if (list.IsEmptyContainer)
        {
            return list;
        }

        using var document = JsonDocument.Parse(list.Utf8, new JsonDocumentOptions { MaxDepth = JsonFields.DeepestNesting });
        var buffer = new ArrayBufferWriter<byte>(list.Utf8.Length + 64);
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartArray();
        foreach (var declaration in document.RootElement.EnumerateArray())
        {
            Write(writer, declaration, defaults);
        }

        writer.WriteEndArray();
        writer.Flush();
        return new JsonText(buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement declaration, (string Name, string Json)[] defaults)
    {
        var missing = defaults.Where(member => !declaration.TryGetProperty(member.Name, out var value) || value.ValueKind == JsonValueKind.Null).ToList();
        writer.WriteStartObject();
        foreach (var member in declaration.EnumerateObject().Where(member => missing.TrueForAll(name => name.Name != member.Name)))
        {
            member.WriteTo(writer);
        }

        foreach (var (name, json) in missing)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(json);
        }

        writer.WriteEndObject();
    }
}
