using DeploymentService.Storage;

namespace DeploymentService.Quotas;

/// <summary>Room for what is being made; until it is disposed of, by when it is there or will never be.</summary>
public sealed class QuotaHold : IDisposable
{
    private readonly ProjectHolds? _holds;
    private readonly long[] _amounts;
    private readonly Action<QuotaKind>? _count;

    internal QuotaHold(ProjectHolds? holds, long[] amounts, Action<QuotaKind>? count) => (_holds, _amounts, _count) = (holds, amounts, count);

    /// <summary>Room for nothing.</summary>
    public static QuotaHold None { get; } = new(null, [], null);

    /// <summary>It is there. What only the database counts is added to what is known of it.</summary>
    public void Keep()
    {
        for (var place = 0; place < _amounts.Length; place++)
        {
            if (_amounts[place] > 0 && (QuotaKind)place is not (QuotaKind.Deployments or QuotaKind.Servers))
            {
                _count!((QuotaKind)place);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _holds?.Release(_amounts);
}

/// <summary>What is being made in a project.</summary>
internal sealed class ProjectHolds : IDisposable
{
    private readonly Lock _lock = new();
    private readonly long[] _amounts = new long[QuotaWords.Kinds.Count];

    /// <summary>Who asks waits for who asked before.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>Tells that something is there, or will never be.</summary>
    public Signal Released { get; } = new();

    /// <summary>How much it is, by kind.</summary>
    public long[] Amounts()
    {
        lock (_lock)
        {
            return [.. _amounts];
        }
    }

    /// <summary>Adds to it.</summary>
    public void Add(long[] amounts) => Change(amounts, 1);

    /// <summary>Takes from it.</summary>
    public void Release(long[] amounts)
    {
        Change(amounts, -1);
        Released.Pulse();
    }

    /// <inheritdoc />
    public void Dispose() => Turn.Dispose();

    private void Change(long[] amounts, int sign)
    {
        lock (_lock)
        {
            for (var place = 0; place < amounts.Length; place++)
            {
                _amounts[place] += sign * amounts[place];
            }
        }
    }
}
