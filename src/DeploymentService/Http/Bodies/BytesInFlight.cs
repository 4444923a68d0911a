using Microsoft.AspNetCore.Connections;

namespace DeploymentService.Http.Bodies;

/// <summary>Counts the bytes of all bodies that are in memory, those too that have not come whole, and of the large answers that are made or wait to be sent.</summary>
public sealed class BytesInFlight(BodyOptions options)
{
    /// <summary>Larger answers are counted: of these a few take the memory.</summary>
    internal const int SmallAnswer = 1024 * 1024;

    private long _bytes;

    /// <summary>What is said of a request for which there is no room.</summary>
    internal static Fault NoRoom { get; } = Fault.Unavailable(
        "The service holds as many bytes of bodies and answers as it may at once (Limits:BytesInFlight): try again in a moment.");

    /// <summary>How many there are now.</summary>
    public long Now => Volatile.Read(ref _bytes);

    /// <summary>Counts the body of a request, until the request is over.</summary>
    internal HeldBytes Hold(HttpContext http)
    {
        var held = new HeldBytes(this);
        http.Response.RegisterForDispose(held);
        return held;
    }

    /// <summary>Counts what an answer holds from now on, in the place of what was said of it before, until the request is over.</summary>
    /// <param name="http">The request.</param>
    /// <param name="bytes">How much it holds. Nothing up to <see cref="SmallAnswer"/> counts.</param>
    /// <exception cref="FaultException">503: there is no room for it.</exception>
    /// <exception cref="ConnectionAbortedException">There is no room for it, and a 503 would come too late.</exception>
    internal static void HoldAnswer(HttpContext http, long bytes)
    {
        var held = http.Features.Get<HeldBytes>();
        if (held is null)
        {
            if (bytes <= SmallAnswer)
            {
                return;
            }

            held = http.RequestServices.GetRequiredService<BytesInFlight>().Hold(http);
            http.Features.Set(held);
        }

        if (held.TryGrowForAnswer(bytes))
        {
            return;
        }

        // Whoever is told to come again makes a change twice.
        if (http.Response.HasStarted || !HttpMethods.IsGet(http.Request.Method))
        {
            http.Abort();
            throw new ConnectionAbortedException();
        }

        http.Response.Headers.ETag = http.Response.Headers.Link = default;
        throw new FaultException(NoRoom);
    }

    private long LargestAnswer => options.BytesInFlight == 0 ? long.MaxValue : options.BytesInFlight / 2;

    private bool TryAdd(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= options.BytesInFlight || bytes <= 0 || options.BytesInFlight == 0)
        {
            return true;
        }

        Interlocked.Add(ref _bytes, -bytes);
        return false;
    }

    /// <summary>The bytes of one body, or of one answer.</summary>
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

        /// <summary>The same of an answer. The largest has room too when half is free, whatever is set.</summary>
        public bool TryGrowForAnswer(long bytes) => TryGrow(bytes <= SmallAnswer ? 0 : Math.Min(bytes, all.LargestAnswer));

        /// <inheritdoc />
        public void Dispose() => Interlocked.Add(ref all._bytes, -Interlocked.Exchange(ref _held, 0));
    }
}
