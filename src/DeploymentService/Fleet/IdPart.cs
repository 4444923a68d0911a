using System.Buffers;

namespace DeploymentService.Fleet;

/// <summary>A text as it may be found in ids: most can be in none, and that of a whole id is in one.</summary>
internal readonly struct IdPart
{
    private const int LengthOfId = 36;
    private static readonly SearchValues<char> Characters = SearchValues.Create("0123456789abcdefABCDEF-");

    private readonly string? _part;
    private readonly Guid _whole;

    /// <summary>Looks at a text; null is in no id.</summary>
    public IdPart(string? text)
    {
        var isPart = text is { Length: <= LengthOfId } && !text.AsSpan().ContainsAnyExcept(Characters);
        _part = isPart && !Guid.TryParseExact(text, "D", out _whole) ? text!.ToLowerInvariant() : null;
    }

    /// <summary>True when the text is in an id, in upper or lower case.</summary>
    public bool IsIn(Guid id)
    {
        if (_part is null)
        {
            return _whole != default && id == _whole;
        }

        Span<char> text = stackalloc char[LengthOfId];
        id.TryFormat(text, out _);
        return text.IndexOf(_part, StringComparison.Ordinal) >= 0;
    }
}
