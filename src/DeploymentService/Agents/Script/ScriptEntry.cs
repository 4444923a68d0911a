using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using DeploymentService.Configs;
using DeploymentService.Json;

namespace DeploymentService.Agents.Script;

/// <summary>One execution in the script: functions that print the program, run it with its inputs and collect its outputs, and a line that calls them.</summary>
internal static class ScriptEntry
{
    // As much of an output as the stock agents send.
    private const int MostOfOutput = 950_000;

    // Of all outputs together: as JSON, with each byte escaped, they are still a report that is taken.
    private const int MostInAll = 5_000_000;

    /// <summary>Writes an execution.</summary>
    /// <param name="entry">The execution.</param>
    /// <param name="signalUrl">Where it is reported to.</param>
    public static string Of(AgentEntry entry, string signalUrl)
    {
        var outputs = OutputsOf(entry);
        var inputs = InputsOf(entry, signalUrl);
        var program = ProgramOf(entry.Config.Config);
        if (ObstacleOf(program, inputs) is { } obstacle)
        {
            // The stock hook breaks off at these, and is reported as failed.
            (program, inputs) = ($"printf '%s\\n' {ShellText.Quote(obstacle)} >&2\nexit 126\n", []);
        }

        var most = Math.Min(MostOfOutput, MostInAll / (outputs.Count + 2));
        return $$"""
            program() { printf '%s' {{ShellText.Quote(program!)}}; }
            inputs() {
            {{Exports(inputs)}}export heat_outputs_path="$2"
            exec {{Command(program!, inputs)}}
            }
            outputs() {
            {{string.Concat(outputs.Select(name => $"output {ShellText.Quote(name)} {FieldOf(name)}\n"))}}:
            }
            execution {{ShellText.Quote(entry.Name)}} {{ShellText.Quote(ShellText.Line(entry.Config.Name))}} {{ShellText.Quote(signalUrl)}} {{most}}

            """;
    }

    /// <summary>Exported rather than put on a command line, where everybody on the server could read a secret.</summary>
    private static string Exports(IEnumerable<KeyValuePair<string, string>> inputs) => string.Concat(
        inputs.Where(input => ShellText.IsPlainName(input.Key)).Select(input => $"export {input.Key}={ShellText.Quote(input.Value)}\n"));

    private static string Command(string program, Dictionary<string, string> inputs)
    {
        var others = inputs.Where(input => !ShellText.IsPlainName(input.Key)).Select(input => " " + ShellText.Quote($"{input.Key}={input.Value}")).ToList();
        // The stock hook cannot run a program that does not say what runs it. Here it is what runs this script.
        var interpreter = program.StartsWith("#!", StringComparison.Ordinal) ? "" : "sh ";
        return $"{(others.Count == 0 ? "" : $"env --{string.Concat(others)} ")}{interpreter}\"$1\"";
    }

    private static string FieldOf(string output) => SignalForm.EncodedName + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(output));

    private static List<string> OutputsOf(AgentEntry entry)
    {
        using var declared = entry.Config.Outputs.Document();
        return [.. declared.RootElement.EnumerateArray().Select(output => output.GetProperty("name").GetString()!).Distinct().Where(ShellText.CanHold)];
    }

    /// <summary>The environment, as the stock hook makes it: what is no text is JSON.</summary>
    private static Dictionary<string, string> InputsOf(AgentEntry entry, string signalUrl)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            AgentInputs.Write(writer, entry, signalUrl);
        }

        using var list = JsonDocument.Parse(json.WrittenMemory, new() { MaxDepth = JsonFields.DeepestNesting });
        var inputs = new Dictionary<string, string>();
        foreach (var input in list.RootElement.EnumerateArray())
        {
            var value = input.GetProperty("value");
            inputs[input.GetProperty("name").GetString()!] = TypedDefault.ScalarText(value) ?? value.GetRawText();
        }

        // The hook's own, whatever an author called so.
        inputs.Remove("heat_outputs_path");
        return inputs;
    }

    private static string? ProgramOf(JsonText config)
    {
        using var program = config.Document();
        return program.RootElement.ValueKind == JsonValueKind.String ? program.RootElement.GetString() : null;
    }

    private static string? ObstacleOf(string? program, Dictionary<string, string> inputs) =>
        program is null ? "The config is no text, so it cannot be run as a script."
        : !ShellText.CanHold(program) ? "The config has a NUL character, which no script can have."
        : inputs.FirstOrDefault(input => input.Key is "" || input.Key.Contains('=', StringComparison.Ordinal) || !ShellText.CanHold(input.Key + input.Value)).Key is { } name
            ? $"The input '{ShellText.Line(name)}' cannot be in an environment: its name is empty or has a '=', or there is a NUL character in it."
            : null;
}
