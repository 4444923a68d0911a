using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace DeploymentService.Http.Bodies;

/// <summary>
/// Reads bodies whole, each within its size and its time, and all within the bytes that may be in flight. The web server's own minimum is an average over
/// the whole body, by which one of 1 MiB may take over an hour.
/// </summary>
public sealed class BodyReader(BodyOptions options, BytesInFlight inFlight, TimeProvider time)
{
    /// <summary>How long a body may take, and each further MiB of one that is larger.</summary>
    public static readonly TimeSpan TimeForMebibyte = TimeSpan.FromSeconds(30);

    private const int Mebibyte = 1024 * 1024;

    // Counted would be what is gone in a moment; and whoever fills the room with large bodies keeps nobody from small ones.
    private const int SmallBody = 16 * 1024;

    /// <summary>The one that there is.</summary>
    public static BodyReader Of(HttpContext http) => http.RequestServices.GetRequiredService<BodyReader>();

    /// <summary>Reads the body as it came.</summary>
    /// <exception cref="FaultException">400: it is too large, or in broken chunks. 408: it took too long. 415: it is coded. 503: there is no room for it.</exception>
    public async ValueTask<byte[]> ReadAsync(HttpContext http, BodyKind kind)
    {
        RequirePlain(http);
        var largest = options.LargestOf(kind);
        if (http.Request.ContentLength > largest)
        {
            throw TooLarge($"{http.Request.ContentLength}", largest);
        }

        try
        {
            var reader = http.Request.BodyReader;
            // Most bodies have come with their headers, and need no clock.
            if (!reader.TryRead(out var read))
            {
                return await ReadRestAsync(http, largest);
            }

            if (read.IsCompleted && read.Buffer.Length <= Math.Min(SmallBody, largest))
            {
                return Take(reader, read);
            }

            reader.AdvanceTo(read.Buffer.Start);
            return await ReadRestAsync(http, largest);
        }
        catch (IOException exception) when (exception is not (BadHttpRequestException or ConnectionResetException) && !http.RequestAborted.IsCancellationRequested)
        {
            // The web server's word for a chunk whose size is no number, or more than one can be.
            throw new FaultException(Fault.BadRequest("The body could not be read: its transfer coding is broken; send it with Content-Length, or in valid chunks."));
        }
    }

    private async ValueTask<byte[]> ReadRestAsync(HttpContext http, int largest)
    {
        var reader = http.Request.BodyReader;
        var held = inFlight.Hold(http);
        using var deadline = new CancellationTokenSource(TimeForMebibyte, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, http.RequestAborted);
        long next = Mebibyte;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(end.Token);
                var length = read.Buffer.Length;
                if (length > largest || !held.TryGrow(length))
                {
                    reader.AdvanceTo(read.Buffer.End);
                    throw length > largest ? TooLarge($"at least {length}", largest) : new FaultException(BytesInFlight.NoRoom);
                }

                if (read.IsCompleted)
                {
                    return Take(reader, read);
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (length >= next)
                {
                    next = length + Mebibyte;
                    deadline.CancelAfter(TimeForMebibyte);
                }
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            // What is still to come would be taken for the next request.
            FaultHandler.CloseConnection(http);
            throw new FaultException(Fault.BodyTimeout);
        }
    }

    /// <summary>A copy of its own: values that are kept as sent are slices of it, and outlive the request's buffers.</summary>
    private static byte[] Take(PipeReader reader, ReadResult read)
    {
        var body = read.Buffer.ToArray();
        reader.AdvanceTo(read.Buffer.End);
        return body;
    }

    /// <summary>Refuses a body that is compressed, or coded in another way: nothing here undoes that.</summary>
    private static void RequirePlain(HttpContext http)
    {
        var codings = http.Request.Headers.ContentEncoding;
        if (codings.Count == 0)
        {
            return;
        }

        foreach (var coding in codings.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            {
                http.Response.Headers.AcceptEncoding = "identity";
                throw new FaultException(Fault.UnknownCoding(coding));
            }
        }
    }

    private static FaultException TooLarge(string size, int largest) => new(Fault.TooLarge(
        $"Request limit exceeded: JSON body size ({size} bytes) exceeds maximum allowed size ({largest} bytes)."));
}
