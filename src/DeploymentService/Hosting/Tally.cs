using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace DeploymentService.Hosting;

/// <summary>
/// Counts by the words of an enumeration. A counter of the framework shows a word from its first count on; here each is there from the start, with 0, so that
/// the first of its kind is an increase to whoever watches. Counting is one addition, whether anybody watches or not.
/// </summary>
/// <typeparam name="TKey">An enumeration that counts from 0.</typeparam>
public sealed class Tally<TKey>
    where TKey : struct, Enum
{
    private static readonly string[] Words = Array.ConvertAll(Enum.GetNames<TKey>(), JsonNamingPolicy.SnakeCaseLower.ConvertName);

    private readonly long[] _counts = new long[Words.Length];

    /// <summary>Counts.</summary>
    // An enumeration is its number: converting it otherwise would allocate.
    public void Add(TKey key, long count = 1) => Interlocked.Add(ref _counts[Unsafe.As<TKey, int>(ref key)], count);

    /// <summary>Shows the counts as a counter.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="name">The name of the counter.</param>
    /// <param name="tag">The name of the tag that has the words.</param>
    /// <param name="unit">What is counted, in braces.</param>
    /// <param name="description">What it is, for people.</param>
    public void ShowIn(Meter meter, string name, string tag, string unit, string description)
    {
        var tags = Array.ConvertAll(Words, word => new KeyValuePair<string, object?>(tag, word));
        meter.CreateObservableCounter(name, () => tags.Select((one, place) => new Measurement<long>(Volatile.Read(ref _counts[place]), one)), unit, description);
    }
}
