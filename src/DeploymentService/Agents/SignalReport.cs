using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using DeploymentService.Json;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>What a signal means, by Heat's rules: how the execution ended, why, and which outputs are kept.</summary>
/// <param name="Status">Complete or failed.</param>
/// <param name="Reason">What failed, or that all is well; at most 64 KiB.</param>
/// <param name="OutputValues">The declared outputs that were sent, in the order of their declaration, and always the three of every run.</param>
public sealed record SignalReport(string Status, string Reason, JsonText OutputValues)
{
    private const string StatusCode = "deploy_status_code";

    // In bytes of UTF-8. An output may have megabytes, and a reason is in every list.
    private const int LongestReason = 64 * 1024;
    private const string Cut = "… (cut: the outputs have it whole)";
    private static readonly string[] OfEveryRun = ["deploy_stdout", "deploy_stderr", StatusCode];
    private static readonly JsonText Null = JsonText.Parse("null");
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Understands a signal.</summary>
    /// <param name="sent">What the agent sent.</param>
    /// <param name="declarations">A JSON list: the outputs that the config declares.</param>
    public static SignalReport Of(JsonFields sent, JsonText declarations)
    {
        var declared = Declared(declarations);
        var reasons = new List<string>();
        if (sent.Sent(StatusCode) is { } code && !IsSuccess(code))
        {
            reasons.Add($"{StatusCode} : Deployment exited with non-zero status code: {Text(code)}");
        }

        // Its presence alone is the failure, whatever it says.
        foreach (var (name, _) in declared.Where(output => output.IsError))
        {
            if (sent.Sent(name) is { } trouble)
            {
                reasons.Add($"{name} : {Text(trouble)}");
            }
        }

        return new(
            reasons.Count == 0 ? DeploymentStatus.Complete : DeploymentStatus.Failed,
            reasons.Count == 0 ? DeploymentStatus.OutputsReceived : Shorten(string.Join(", ", reasons)),
            Outputs(sent, declared.Select(output => output.Name)));
    }

    /// <summary>True when a deployment is already as it says.</summary>
    public bool SaysTheSameAs(SoftwareDeployment deployment) =>
        deployment.Status == Status && deployment.StatusReason == Reason && OutputValues.Equals(deployment.OutputValues);

    private static string Shorten(string reason)
    {
        if (Encoding.UTF8.GetByteCount(reason) <= LongestReason)
        {
            return reason;
        }

        // As many whole characters as there is room for.
        var room = new byte[LongestReason - Encoding.UTF8.GetByteCount(Cut)];
        Utf8.FromUtf16(reason, room, out var length, out _);
        return string.Concat(reason.AsSpan(0, length), Cut);
    }

    private static List<(string Name, bool IsError)> Declared(JsonText declarations)
    {
        using var list = declarations.Document();
        return
        [
            .. list.RootElement.EnumerateArray()
                .GroupBy(output => output.GetProperty("name").GetString()!)
                .Select(output => (output.Key, output.Any(IsError))),
        ];
    }

    private static bool IsError(JsonElement output) => output.TryGetProperty("error_output", out var flag)
        && (flag.ValueKind == JsonValueKind.True || (flag.ValueKind == JsonValueKind.String && bool.TryParse(flag.GetString(), out var isTrue) && isTrue));

    private static JsonText Outputs(JsonFields sent, IEnumerable<string> declared)
    {
        List<(string Name, JsonText? Value)> kept =
            [.. declared.Except(OfEveryRun).Concat(OfEveryRun).Select(name => (name, sent.Sent(name) ?? (OfEveryRun.Contains(name) ? Null : null)))];
        // Room for all of it at once: a buffer that grows would hold large outputs several times.
        var buffer = new ArrayBufferWriter<byte>(kept.Sum(output => output.Value is null ? 0 : output.Value.Utf8.Length + (6 * output.Name.Length)) + 1024);
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        foreach (var (name, value) in kept)
        {
            if (value is not null)
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return new JsonText(buffer.WrittenMemory);
    }

    /// <summary>The agents are Python: what is nothing there is no failure, nor is the text of a zero.</summary>
    private static bool IsSuccess(JsonText code) => code.Utf8.Span[0] switch
    {
        (byte)'n' or (byte)'f' => true,
        (byte)'t' => false,
        (byte)'"' => Text(code) is "" or "0",
        (byte)'{' or (byte)'[' => code.IsEmptyContainer,
        _ => double.Parse(code.Utf8.Span, NumberStyles.Float, CultureInfo.InvariantCulture) == 0,
    };

    /// <summary>A string as it is, anything else as it was sent. A reason is a plain text, which cannot hold a NUL.</summary>
    private static string Text(JsonText value)
    {
        if (value.Utf8.Span[0] != '"')
        {
            return value.ToString();
        }

        var reader = new Utf8JsonReader(value.Utf8.Span);
        reader.Read();
        return reader.GetString()!.Replace('\0', '\uFFFD');
    }
}
