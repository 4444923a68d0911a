using System.Text;
using System.Text.Json;

namespace DeploymentService.Json;

/// <summary>
/// One JSON value as UTF-8, byte for byte as a client sent it. It is never parsed into numbers or dictionaries on its way
/// to the disk and back, so that <c>1.0</c> stays <c>1.0</c>, twenty digits stay twenty and keys keep their order.
/// </summary>
/// <param name="Utf8">The text of the value; valid JSON, checked where it entered.</param>
public sealed record JsonText(ReadOnlyMemory<byte> Utf8)
{
    /// <summary>An object without members.</summary>
    public static JsonText EmptyObject { get; } = Parse("{}");

    /// <summary>A list without elements.</summary>
    public static JsonText EmptyList { get; } = Parse("[]");

    /// <summary>True of <c>{}</c> and <c>[]</c>, whatever white space is between the brackets.</summary>
    public bool IsEmptyContainer => Utf8.Span[0] is (byte)'{' or (byte)'[' && Utf8.Span[1..^1].IndexOfAnyExcept(" \t\r\n"u8) < 0;

    /// <summary>True when the other text says the same in JSON's terms: white space, the order of members and the way to write a number do not count.</summary>
    public bool SemanticallyEquals(JsonText? other)
    {
        if (other is null || Equals(other))
        {
            return other is not null;
        }

        using var mine = Document();
        using var theirs = other.Document();
        return JsonMeaning.IsSame(mine.RootElement, theirs.RootElement);
    }

    /// <summary>The text, parsed. To be disposed.</summary>
    public JsonDocument Document() => JsonDocument.Parse(Utf8, new JsonDocumentOptions { MaxDepth = JsonFields.DeepestNesting });

    /// <summary>Takes a text that is known to be JSON: a constant of ours or a column of the database.</summary>
    public static JsonText Parse(string json) => new(Encoding.UTF8.GetBytes(json));

    /// <summary>Compares bytes, not meanings: <c>{"a":1}</c> and <c>{"a": 1}</c> differ.</summary>
    public bool Equals(JsonText? other) => other is not null && Utf8.Span.SequenceEqual(other.Utf8.Span);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Utf8.Span);
        return hash.ToHashCode();
    }

    /// <inheritdoc />
    public override string ToString() => Encoding.UTF8.GetString(Utf8.Span);
}
