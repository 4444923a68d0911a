using System.Text.Json;

namespace DeploymentService.CommandLine.Client;

/// <summary>Deployments for people, from the answers of the API.</summary>
internal static class DeploymentTexts
{
    private const int LongestReason = 100;

    /// <summary>A list, a row each.</summary>
    public static void WriteList(Screen screen, string body)
    {
        if (screen.IsJson)
        {
            screen.Json(body);
            return;
        }

        var answer = JsonElement.Parse(body);
        screen.Table(
            ["STATUS", "SERVER", "CONFIG", "ACTION", "CHANGED", "DEPLOYMENT", "REASON"],
            [
                .. answer.GetProperty("software_deployments").EnumerateArray().Select(row => (IReadOnlyList<string>)
                [
                    Text(row, "status"), Text(row, "server_id"), Text(row, "config_name"), Text(row, "action"),
                    Text(row, "updated_time") is { Length: > 0 } updated ? updated : Text(row, "creation_time"), Text(row, "id"), Short(Reason(row)),
                ]),
            ]);
        if (answer.TryGetProperty("software_deployments_links", out _))
        {
            screen.Note("There are more: use --limit, or filters.");
        }
    }

    /// <summary>A deployment, a line a field.</summary>
    public static void WriteOne(Screen screen, string body)
    {
        if (screen.IsJson)
        {
            screen.Json(body);
            return;
        }

        var deployment = JsonElement.Parse(body).GetProperty("software_deployment");
        foreach (var field in deployment.EnumerateObject().Where(field => field.Value.ValueKind != JsonValueKind.Null && field.Name != "waiting_for_parts"))
        {
            if (field.Value.ValueKind == JsonValueKind.Object)
            {
                screen.Line($"{field.Name}:");
                foreach (var value in field.Value.EnumerateObject())
                {
                    WriteValue(screen, value);
                }
            }
            else
            {
                screen.Line($"{field.Name}: {Text(field.Value)}");
            }
        }
    }

    /// <summary>What a run printed.</summary>
    public static void WriteLogs(Screen screen, string body)
    {
        // Of a deployment, or of a run.
        var run = JsonElement.Parse(body).EnumerateObject().First().Value;
        if (screen.IsJson)
        {
            screen.Json(run.GetProperty("output_values").GetRawText());
        }
        else if (run.GetProperty("output_values") is { ValueKind: JsonValueKind.Object } outputs)
        {
            screen.Printed(Text(outputs, "deploy_stdout"), Text(outputs, "deploy_stderr"));
        }
        else
        {
            screen.Note($"Nothing is reported yet: it is {Text(run, "status")}.");
        }
    }

    /// <summary>On one line, or what has several below its name.</summary>
    private static void WriteValue(Screen screen, JsonProperty value)
    {
        var lines = Text(value.Value).TrimEnd('\n').Split('\n');
        screen.Line(lines.Length == 1 ? $"  {value.Name}: {lines[0]}" : $"  {value.Name}:");
        foreach (var line in lines.Length == 1 ? [] : lines)
        {
            screen.Line($"    {line}");
        }
    }

    private static string Reason(JsonElement row) => Text(row, "waiting_for") is { Length: > 0 } waiting ? waiting : Text(row, "status_reason");

    private static string Short(string reason) => reason.Length <= LongestReason ? reason : reason[..LongestReason] + "…";

    private static string Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? Text(value) : "";

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };
}
