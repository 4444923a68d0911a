using DeploymentService.Http;

namespace DeploymentService.Agents;

/// <summary>
/// Text that is written twice: to learn its length, and then into an array of just that length. A buffer that grows as it is filled would hold several times
/// the text, and a body may have many megabytes.
/// </summary>
internal ref struct ExactText
{
    private readonly Span<byte> _target;
    private readonly int _most;

    private ExactText(Span<byte> target, int most)
    {
        _target = target;
        _most = most;
    }

    /// <summary>Writes a text.</summary>
    /// <param name="to">Where it goes.</param>
    public delegate void Writing(scoped ref ExactText to);

    /// <summary>How long it is so far.</summary>
    public int Length { get; private set; }

    /// <summary>Makes a text.</summary>
    /// <param name="most">The most bytes that it may have.</param>
    /// <param name="write">Writes it, the same each time.</param>
    /// <exception cref="FaultException">400: it would be longer.</exception>
    public static byte[] Of(int most, Writing write)
    {
        var measured = new ExactText(default, most);
        write(ref measured);
        var text = GC.AllocateUninitializedArray<byte>(measured.Length);
        var written = new ExactText(text, most);
        write(ref written);
        return text;
    }

    /// <summary>Writes a piece of it.</summary>
    public void Write(scoped ReadOnlySpan<byte> piece)
    {
        if (piece.Length > _most - Length)
        {
            throw new FaultException(Fault.TooLarge($"Request limit exceeded: the JSON body would have more than {_most} bytes when it is repaired."));
        }

        if (!_target.IsEmpty)
        {
            piece.CopyTo(_target[Length..]);
        }

        Length += piece.Length;
    }
}
