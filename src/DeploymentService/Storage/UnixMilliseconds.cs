namespace DeploymentService.Storage;

/// <summary>How a time is stored: UTC milliseconds since 1970, an integer in every engine, which sorts as time does.</summary>
public static class UnixMilliseconds
{
    /// <summary>The number that is stored for <paramref name="time"/>, which is UTC.</summary>
    public static long From(DateTime time) => (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    /// <summary>The UTC time that a stored number means.</summary>
    public static DateTime ToUtc(long milliseconds) => DateTime.UnixEpoch.AddTicks(milliseconds * TimeSpan.TicksPerMillisecond);
}
