namespace DeploymentService.Checker.Ledger;

/// <summary>What the clients know of a deployment.</summary>
public sealed class TrackedDeployment(string id, string serverId)
{
    private readonly Lock _lock = new();
    private readonly List<Write> _writes = [];
    private readonly Dictionary<long, Write> _revisions = [];
    private long _floor;
    private bool _isGone;

    /// <summary>Its id.</summary>
    public string Id => id;

    /// <summary>Its server.</summary>
    public string ServerId => serverId;

    /// <summary>When it is to be overdue if nobody reports, in milliseconds since 1970; null for never.</summary>
    public long? Deadline { get; init; }

    /// <summary>The newest revision that was acknowledged: whoever asks from now on must see it, or a newer one.</summary>
    public long Floor => Interlocked.Read(ref _floor);

    /// <summary>True once its deletion was acknowledged: nobody who asks from now on may see it.</summary>
    public bool IsGone => Volatile.Read(ref _isGone);

    /// <summary>True once somebody wants it deleted: it may be gone, though nobody was told so.</summary>
    public bool IsDoomed => Writes.Any(write => write.Kind == WriteKind.Delete);

    /// <summary>All that was sent.</summary>
    public IReadOnlyList<Write> Writes
    {
        get
        {
            lock (_lock)
            {
                return [.. _writes];
            }
        }
    }

    /// <summary>Notes that a write is about to be sent for the first time.</summary>
    public Write Add(Write write)
    {
        lock (_lock)
        {
            _writes.Add(write);
        }

        return write;
    }

    /// <summary>Notes that a write was acknowledged; the one that was acknowledged with the same revision before, which must not be.</summary>
    public Write? Acknowledge(Write write, string requestId, long? revision)
    {
        lock (_lock)
        {
            write.Acknowledge(requestId, revision);
            if (write.Kind == WriteKind.Delete)
            {
                Volatile.Write(ref _isGone, true);
            }

            // Sent several times, it is answered with the deployment as it was made, or as it is by now.
            if (write.Sent > 1 || revision is not { } made)
            {
                return null;
            }

            Interlocked.Exchange(ref _floor, Math.Max(_floor, made));
            return _revisions.TryAdd(made, write) ? null : _revisions[made];
        }
    }
}
