using System.Collections.Concurrent;

namespace DeploymentService.Checker.Report;

/// <summary>What must not happen, and did.</summary>
public sealed class Faults
{
    private const int MostExamples = 5;

    private readonly ConcurrentDictionary<string, List<string>> _examples = new();
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Notes one.</summary>
    /// <param name="kind">What sort of fault it is, in a few words.</param>
    /// <param name="example">What was seen.</param>
    public void Add(string kind, string example)
    {
        Interlocked.Increment(ref _count);
        var examples = _examples.GetOrAdd(kind, _ => []);
        lock (examples)
        {
            examples.Add($"{DateTimeOffset.FromUnixTimeMilliseconds(RunFigures.Now):HH:mm:ss.fff} {example}");
        }
    }

    /// <summary>All kinds with how often and the first examples.</summary>
    public IEnumerable<string> Describe() => _examples.OrderBy(fault => fault.Key, StringComparer.Ordinal)
        .SelectMany(fault => fault.Value.Take(MostExamples).Select(example => $"    {example}").Prepend($"  {fault.Value.Count} x {fault.Key}"));
}
