namespace DeploymentService.Fleet;

/// <summary>What many deployments have in common, in memory once for all of them. A search decides about it once (<see cref="Verdicts{T}"/>).</summary>
/// <typeparam name="T">Its own type.</typeparam>
public abstract class FleetPart<T>
    where T : FleetPart<T>
{
    private static long _last;

    /// <summary>Its number among all of its type since the start, from 1 on.</summary>
    internal long Number { get; } = Interlocked.Increment(ref _last);
}

/// <summary>A text that deployments have in common, as long as one of them has it.</summary>
/// <param name="text">The text.</param>
/// <typeparam name="T">Its own type.</typeparam>
public abstract class FleetText<T>(string text) : FleetPart<T>
    where T : FleetText<T>
{
    /// <summary>The text.</summary>
    public string Text => text;

    /// <summary>How many deployments have it.</summary>
    internal int Uses { get; set; }
}

/// <summary>The texts of one kind that the deployments of a project have in common. Touched under the fleet's lock.</summary>
/// <param name="make">Makes one that is not known yet.</param>
internal sealed class FleetTexts<T>(Func<string, T> make)
    where T : FleetText<T>
{
    private readonly Dictionary<string, T> _texts = new(StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<T> All => _texts.Values;

    /// <summary>A text, as the one object that stands for it; null for none.</summary>
    public T? Of(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (!_texts.TryGetValue(text, out var known))
        {
            known = make(text);
            _texts.Add(text, known);
        }

        return known;
    }

    /// <summary>Counts a use more, or with -1 a use less, and with 0 none; what nobody uses is forgotten.</summary>
    public void Count(T? text, int by)
    {
        if (text is not null && (text.Uses += by) == 0)
        {
            _texts.Remove(text.Text);
        }
    }
}
