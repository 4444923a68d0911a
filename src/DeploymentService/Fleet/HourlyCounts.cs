namespace DeploymentService.Fleet;

/// <summary>What happened in each of the last 24 hours.</summary>
public sealed class HourlyCounts
{
    /// <summary>How many hours are kept.</summary>
    public const int Hours = 24;

    private readonly Bucket[] _buckets = new Bucket[Hours];

    private record struct Bucket(long Hour, int Reports, int Failures);

    /// <summary>Counts something that happened.</summary>
    internal void Add(DateTime time, bool isReport, bool isFailure)
    {
        var hour = HourOf(time);
        ref var bucket = ref _buckets[hour % Hours];
        if (bucket.Hour < hour)
        {
            bucket = new(hour, 0, 0);
        }

        if (bucket.Hour == hour)
        {
            bucket.Reports += isReport ? 1 : 0;
            bucket.Failures += isFailure ? 1 : 0;
        }
    }

    /// <summary>The hours up to the present one, oldest first.</summary>
    internal IReadOnlyList<HourView> Until(DateTime now)
    {
        var last = HourOf(now);
        return [.. Enumerable.Range(0, Hours).Select(place => last - Hours + 1 + place).Select(hour =>
        {
            var bucket = _buckets[hour % Hours];
            var time = DateTime.UnixEpoch.AddHours(hour);
            return bucket.Hour == hour ? new HourView(time, bucket.Reports, bucket.Failures) : new HourView(time, 0, 0);
        })];
    }

    private static long HourOf(DateTime time) => (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerHour;
}
