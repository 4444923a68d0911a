using DeploymentService.Auth;
using DeploymentService.Json;
using DeploymentService.Storage.Model;

namespace DeploymentService.Secrets;

/// <summary>
/// Keeps secrets from those who may only read: in JSON, and in reasons. Members and agents get everything, as in Heat, and pay nothing for this. What of a view is
/// looked through, the feature of the view knows.
/// </summary>
public sealed class Redaction(SecretsOptions options)
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mask = "••••";

    // Of an output that means a failure, a reason repeats the value: "name : value", and several of them with commas between.
    private const string ReasonSign = " : ";
    private const int LongestName = 1000;

    /// <summary>The reason of a deployment or an event as a caller may see it.</summary>
    public string? ReasonFor(Caller caller, string? reason) => caller.SeesSecrets ? reason : ReasonOf(reason);

    /// <summary>A reason without secrets. Behind the name of a secret output, nobody knows where its value ends: all of the rest is hidden.</summary>
    public string? ReasonOf(string? reason)
    {
        if (reason is null)
        {
            return null;
        }

        for (var sign = reason.IndexOf(ReasonSign, StringComparison.Ordinal); sign >= 0; sign = reason.IndexOf(ReasonSign, sign + 1, StringComparison.Ordinal))
        {
            // No output has a longer name: what stands before it need not be searched again and again.
            var name = reason.AsSpan(Math.Max(0, sign - LongestName), Math.Min(sign, LongestName));
            name = name[(name.LastIndexOf(", ") is >= 0 and var comma ? comma + 2 : 0)..];
            if (options.Names.Fit(name))
            {
                reason = string.Concat(reason.AsSpan(0, sign + ReasonSign.Length), Mask);
                break;
            }
        }

        return Redactor([]).Redact(reason);
    }

    /// <summary>A reason that was shortened for an event, a list or memory, as a caller may see it.</summary>
    public string? ShortReasonFor(Caller caller, string? reason) => caller.SeesSecrets ? reason : ShortReasonOf(reason);

    /// <summary>A reason that was shortened, without secrets. In half of a JSON text a secret may not be recognised: what says so may be in the other half.</summary>
    public string? ShortReasonOf(string? reason) =>
        reason is { Length: >= DeploymentEvent.LongestReason - 1 } && reason.AsSpan().TrimStart() is ['{' or '[', ..] ? Mask : ReasonOf(reason);

    /// <summary>JSON without secrets.</summary>
    public JsonText JsonOf(JsonText json) => Redactor([]).Redact(json);

    /// <summary>The same of what a config runs: a script stays as it is.</summary>
    public JsonText ScriptOf(JsonText json)
    {
        if (json.Utf8.Span[0] != '"')
        {
            return JsonOf(json);
        }

        using var document = json.Document();
        var text = document.RootElement.GetString()!;
        return Redactor([]).RedactJson(text) is { } redacted && !ReferenceEquals(redacted, text) ? JsonRedactor.TextOf(redacted) : json;
    }

    /// <summary>Hides what has the name of a secret, and more.</summary>
    /// <param name="alsoHidden">More names, taken literally.</param>
    /// <param name="found">Gets the names of what is hidden, where anybody wants to know.</param>
    internal JsonRedactor Redactor(IReadOnlyCollection<string> alsoHidden, ICollection<string>? found = null) => new(options.Names, alsoHidden, found);
}
