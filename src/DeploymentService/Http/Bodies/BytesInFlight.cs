namespace DeploymentService.Http.Bodies;

/// <summary>Counts the bytes of all bodies that are in memory, those too that have not come whole.</summary>
public sealed class BytesInFlight(BodyOptions options)
{
    private long _bytes;

    /// <summary>How many there are now.</summary>
    internal long Now => Volatile.Read(ref _bytes);

    /// <summary>Counts the body of a request, until the request is over.</summary>
    internal HeldBytes Hold(HttpContext http)
    {
        var held = new HeldBytes(this);
        http.Response.RegisterForDispose(held);
        return held;
    }

    private bool TryAdd(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= options.BytesInFlight || options.BytesInFlight == 0)
        {
            return true;
        }

        Interlocked.Add(ref _bytes, -bytes);
        return false;
    }

    /// <summary>The bytes of one body.</summary>
    internal sealed class HeldBytes(BytesInFlight all) : IDisposable
    {
        private long _held;

        /// <summary>Counts what has come so far; false when there is no room for it.</summary>
        public bool TryGrow(long bytes)
        {
            if (!all.TryAdd(bytes - _held))
            {
                return false;
            }

            _held = bytes;
            return true;
        }

        /// <inheritdoc />
        public void Dispose() => Interlocked.Add(ref all._bytes, -Interlocked.Exchange(ref _held, 0));
    }
}
