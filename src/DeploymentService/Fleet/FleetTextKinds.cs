using DeploymentService.Secrets;

namespace DeploymentService.Fleet;

/// <summary>A word by which deployments are found: an action, or the name of a config.</summary>
public sealed class FleetWord(string text) : FleetText<FleetWord>(text);

/// <summary>
/// A reason, short, with what readers may see of it and what it means. Both are found when somebody asks, and kept: a search looks at the same reason of many deployments
/// once, and the next search need not look for secrets again.
/// </summary>
public sealed class FleetReason(string text) : FleetText<FleetReason>(text)
{
    private string? _shown;
    private ReasonPattern? _pattern;
    private ReasonPattern? _shownPattern;

    /// <summary>The reason as somebody may see it.</summary>
    /// <param name="redaction">What keeps secrets from them; null for those who see secrets.</param>
    public string TextFor(Redaction? redaction) => redaction is null ? Text : _shown ??= redaction.ShortReasonOf(Text)!;

    /// <summary>What it means, as somebody may see it.</summary>
    /// <param name="redaction">What keeps secrets from them; null for those who see secrets.</param>
    public ReasonPattern PatternFor(Redaction? redaction) => redaction is null || ReferenceEquals(TextFor(redaction), Text)
        ? _pattern ??= ReasonPattern.Of(Text)
        : _shownPattern ??= ReasonPattern.Of(TextFor(redaction));
}
