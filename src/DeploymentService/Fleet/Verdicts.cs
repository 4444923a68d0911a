using System.Buffers;

namespace DeploymentService.Fleet;

/// <summary>What a search has found out about something that many deployments have in common.</summary>
[Flags]
internal enum Verdict
{
    /// <summary>None of its deployments is asked for.</summary>
    None = 0,

    /// <summary>Its deployments are asked for, as far as it decides.</summary>
    Fits = 1,

    /// <summary>It has the text that is searched for.</summary>
    HasText = 2,
}

/// <summary>
/// Remembers what a search has found out, so that most deployments cost it a look. As many as fit into a table of fixed size are remembered; another with the same place
/// makes the search look again. For one thread.
/// </summary>
internal sealed class Verdicts<T> : IDisposable
    where T : FleetPart<T>
{
    private const int Fewest = 1 << 6;
    private const int Most = 1 << 18;
    private const int VerdictBits = 2;

    private readonly Func<T, Verdict> _look;
    private readonly long[] _known;
    private readonly long _mask;

    /// <summary>Remembers nothing yet.</summary>
    /// <param name="count">About how many there are.</param>
    /// <param name="look">Finds it out.</param>
    public Verdicts(int count, Func<T, Verdict> look)
    {
        var size = Fewest;
        while (size < Most && size < count)
        {
            size *= 2;
        }

        (_look, _mask) = (look, size - 1);
        _known = ArrayPool<long>.Shared.Rent(size);
        _known.AsSpan(0, size).Clear();
    }

    /// <summary>What there is to know about one.</summary>
    public Verdict Of(T part)
    {
        // Numbers begin with 1, and follow each other: those that are in use mostly have places of their own.
        ref var known = ref _known[part.Number & _mask];
        if (known >> VerdictBits != part.Number)
        {
            known = (part.Number << VerdictBits) | (long)_look(part);
        }

        return (Verdict)(known & ((1 << VerdictBits) - 1));
    }

    /// <inheritdoc />
    public void Dispose() => ArrayPool<long>.Shared.Return(_known);
}
