namespace DeploymentService.Checker.Report;

/// <summary>How long answers took, in steps of a twentieth.</summary>
public sealed class Latencies
{
    private const double Step = 1.05;
    private static readonly TimeSpan Least = TimeSpan.FromMicroseconds(50);

    private readonly long[] _counts = new long[400];

    /// <summary>Notes one.</summary>
    public void Add(TimeSpan taken)
    {
        var place = (int)Math.Ceiling(Math.Log(Math.Max(1, taken / Least), Step));
        Interlocked.Increment(ref _counts[Math.Min(place, _counts.Length - 1)]);
    }

    /// <summary>What that share of the answers took at most, in milliseconds.</summary>
    public double Milliseconds(double share)
    {
        var left = _counts.Sum() * share;
        var place = 0;
        while (place < _counts.Length - 1 && (left -= _counts[place]) > 0)
        {
            place++;
        }

        return Least.TotalMilliseconds * Math.Pow(Step, place);
    }
}
