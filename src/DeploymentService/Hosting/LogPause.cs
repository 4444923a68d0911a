namespace DeploymentService.Hosting;

/// <summary>Whether to say again what fails again and again for as long as something lasts: once a minute. Any thread may ask.</summary>
/// <param name="time">The clock.</param>
internal sealed class LogPause(TimeProvider time)
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _said;

    /// <summary>True when it is to be said now; it counts as said then.</summary>
    public bool IsOver()
    {
        lock (_lock)
        {
            if (_said is { } said && time.GetElapsedTime(said) < Length)
            {
                return false;
            }

            _said = time.GetTimestamp();
            return true;
        }
    }
}
