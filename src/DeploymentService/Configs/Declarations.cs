using System.Text.Json;
using DeploymentService.Json;

namespace DeploymentService.Configs;

/// <summary>The rules of a config's declared inputs and outputs. They are checked and then kept as they were sent.</summary>
public static class Declarations
{
    private static readonly string[] InputKeys = ["name", "description", "type", "default", "replace_on_change", "value", "hidden"];
    private static readonly string[] OutputKeys = ["name", "description", "type", "error_output"];

    /// <summary>The types that an input or an output can have.</summary>
    public static IReadOnlyList<string> All { get; } = ["String", "Number", "CommaDelimitedList", "Json", "Boolean"];

    /// <summary>Checks a list of inputs, until there are more than <see cref="JsonFields.MostFaults"/>.</summary>
    /// <param name="list">The list; null declares nothing.</param>
    /// <param name="refuse">Called with the field and the end of a sentence about it.</param>
    public static void CheckInputs(JsonText? list, Action<string, string> refuse) =>
        Check(list, "inputs", InputKeys, refuse, static (fields, declaration) =>
        {
            CheckFlag(fields, declaration, "replace_on_change");
            CheckFlag(fields, declaration, "hidden");
            if (declaration.TryGetProperty("default", out var value) && TypedDefault.Read(value, TypeOf(declaration)) is null)
            {
                fields.AddError("default", $"does not fit the type {TypeOf(declaration)}");
            }
        });

    /// <summary>Checks a list of outputs, as far as one of inputs.</summary>
    /// <param name="list">The list; null declares nothing.</param>
    /// <param name="refuse">Called with the field and the end of a sentence about it.</param>
    public static void CheckOutputs(JsonText? list, Action<string, string> refuse) =>
        Check(list, "outputs", OutputKeys, refuse, static (fields, declaration) => CheckFlag(fields, declaration, "error_output"));

    private static void Check(
        JsonText? list, string name, string[] keys, Action<string, string> refuse, Action<JsonFields, JsonElement> checkOwn)
    {
        if (list is null)
        {
            return;
        }

        using var document = JsonDocument.Parse(list.Utf8, new JsonDocumentOptions { MaxDepth = JsonFields.DeepestNesting });
        var index = 0;
        var refused = 0;
        foreach (var declaration in document.RootElement.EnumerateArray())
        {
            if (refused > JsonFields.MostFaults)
            {
                return;
            }

            var place = $"{name}[{index++}]";
            var fields = JsonFields.Read(JsonMarshalled(declaration), place + ".");
            if (fields is null)
            {
                refuse(place, "must be an object");
                refused++;
                continue;
            }

            CheckShared(fields, declaration, keys);
            checkOwn(fields, declaration);
            foreach (var fault in fields.Faults.Take(JsonFields.MostFaults + 1 - refused))
            {
                refuse(fault.Name, fault.Message);
                refused++;
            }
        }
    }

    private static void CheckShared(JsonFields fields, JsonElement declaration, string[] keys)
    {
        foreach (var unknown in fields.Names.Except(keys).Take(JsonFields.MostFaults + 1))
        {
            fields.AddError(unknown, $"is not known here: use {string.Join(", ", keys)}");
        }

        if (!declaration.TryGetProperty("name", out var name) || name.ValueKind == JsonValueKind.Null)
        {
            fields.AddError("name", "is required");
        }
        else if (fields.Text("name") == "")
        {
            fields.AddError("name", "must not be empty");
        }

        _ = fields.Text("description");
        if (fields.Text("type") is { } type && !All.Contains(type))
        {
            fields.AddError("type", $"must be {string.Join(", ", All)}");
        }
    }

    private static void CheckFlag(JsonFields fields, JsonElement declaration, string name)
    {
        if (declaration.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null && !IsTruth(value))
        {
            fields.AddError(name, "must be true or false");
        }
    }

    private static string TypeOf(JsonElement declaration) =>
        declaration.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : "String";

    private static bool IsTruth(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False
        || (value.ValueKind == JsonValueKind.String && bool.TryParse(value.GetString(), out _));

    private static ReadOnlyMemory<byte> JsonMarshalled(JsonElement element) =>
        System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element).ToArray();
}
