using DeploymentService.Http;

namespace DeploymentService.Auth;

/// <summary>A request that is held open, as <see cref="TokenWatch"/> watches it.</summary>
public sealed class HeldRequest : IHeldRequest
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _end;
    private readonly Action<HeldRequest> _forget;
    private bool _isOver;

    internal HeldRequest(HttpContext http, Action<HeldRequest> forget)
    {
        Secret = RequestToken.Of(http.Request) ?? "";
        Caller = Caller.Of(http);
        _end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        _forget = forget;
        End = _end.Token;
    }

    /// <summary>Cancelled when the token has ended, or the client has gone.</summary>
    public CancellationToken End { get; }

    /// <summary>Why the token is not good any more; null while it is.</summary>
    public Fault? Fault { get; private set; }

    /// <summary>The token, as it was sent.</summary>
    internal string Secret { get; }

    /// <summary>Whom it stood for when the request began.</summary>
    internal Caller Caller { get; }

    /// <inheritdoc />
    public void Dispose()
    {
        _forget(this);
        lock (_lock)
        {
            _isOver = true;
            _end.Dispose();
        }
    }

    /// <summary>Ends the request, unless it is over.</summary>
    internal void EndWith(Fault fault)
    {
        lock (_lock)
        {
            if (!_isOver && Fault is null)
            {
                Fault = fault;
                // Whoever waits goes on elsewhere: the one who looks at all has no time for it.
                _ = _end.CancelAsync();
            }
        }
    }
}
