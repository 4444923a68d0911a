using System.Net;
using System.Net.Sockets;

namespace DeploymentService.Webhooks;

/// <summary>
/// Which addresses deliveries may go to: those that are public, and the networks that a setting names. A name is looked up once, when a connection is made, and the
/// addresses that were checked are connected to; so a second answer of the DNS changes nothing.
/// </summary>
public sealed class ReceiverAddresses(WebhooksOptions options)
{
    /// <summary>What people are told of an address that is refused.</summary>
    public const string Refusal = "is not public: an operator may allow its network in Webhooks:AllowedNetworks";

    /// <summary>True of an address that may be connected to.</summary>
    public bool IsAllowed(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IsPublic(plain) || options.AllowedNetworks.Any(network => network.Contains(plain));
    }

    /// <summary>What is wrong with a URL, as the end of a sentence that begins with <c>url</c>; null when nothing is. A name is not looked up here.</summary>
    public string? Check(string? text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
        {
            return "must be an absolute URL that begins with https:// or http://";
        }

        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            return "must have no user, no password and no fragment: deliveries are signed instead";
        }

        if (url.Port is not (80 or 443 or (>= 1024 and <= IPEndPoint.MaxPort)))
        {
            return "must have the port 80, 443, or one from 1024 on";
        }

        // Numbers in all of their spellings are addresses by now.
        var isRefused = IPAddress.TryParse(url.IdnHost, out var address)
            ? !IsAllowed(address)
            : IsLocal(url.IdnHost) && !IsAllowed(IPAddress.Loopback) && !IsAllowed(IPAddress.IPv6Loopback);
        return isRefused ? $"leads to {url.IdnHost}, which {Refusal}" : null;
    }

    /// <summary>Connects to a receiver.</summary>
    /// <exception cref="HttpRequestException">It has no address that is allowed.</exception>
    internal async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var allowed = (await Dns.GetHostAddressesAsync(host, cancel)).Where(IsAllowed).ToArray();
        if (allowed.Length == 0)
        {
            throw new HttpRequestException($"The address of {host} {Refusal}");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>True of what is neither private, loopback, link-local, documentation, multicast nor a way around that.</summary>
    internal static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        return bytes.Length == 16 ? IsPublicV6(bytes) : IsPublicV4(bytes);
    }

    /// <summary>2000::/3 without 6to4, 2001::/23 (Teredo and others) and documentation. NAT64, unique local and link-local are not in it.</summary>
    private static bool IsPublicV6(byte[] a) =>
        (a[0] & 0xE0) == 0x20 && !(a[0] == 0x20 && a[1] == 2) && !(a[0] == 0x20 && a[1] == 1 && (a[2] < 2 || (a[2] == 0x0d && a[3] == 0xb8)));

    private static bool IsPublicV4(byte[] a) => !(a[0] is 0 or 10 or 127 or >= 224
        || (a[0] == 100 && (a[1] & 0xC0) == 64)
        || (a[0] == 169 && a[1] == 254)
        || (a[0] == 172 && (a[1] & 0xF0) == 16)
        || (a[0] == 192 && (a[1] == 168 || (a[1] == 0 && a[2] is 0 or 2) || (a[1] == 88 && a[2] == 99)))
        || (a[0] == 198 && ((a[1] & 0xFE) == 18 || (a[1] == 51 && a[2] == 100)))
        || (a[0] == 203 && a[1] == 0 && a[2] == 113));

    private static bool IsLocal(string host) =>
        host.TrimEnd('.') is var name && (name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase));
}
