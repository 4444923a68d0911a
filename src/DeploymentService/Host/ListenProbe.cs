using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace DeploymentService.Host;

/// <summary>
/// Finds out whether the service can listen where it is told to, before it makes a folder, a key or a token there. The addresses are taken
/// and let go again; whatever comes between that and the start is said by <see cref="StartAsync"/> in the same words.
/// </summary>
public static class ListenProbe
{
    /// <summary>Tries every address, and the certificates.</summary>
    /// <exception cref="CannotListenException">At least one cannot be had; it names all.</exception>
    public static void Try(WebApplication app)
    {
        // Tests put another server in the place of the one that listens.
        if (app.Services.GetRequiredService<IServer>().GetType().Assembly != typeof(KestrelServer).Assembly)
        {
            return;
        }

        var urls = ListenAddresses.InForce(app.Configuration);
        List<string> refusals = [];
        TryCertificates(app, urls, refusals);
        List<Socket> taken = [];
        try
        {
            foreach (var url in urls)
            {
                TryAddress(url, taken, refusals);
            }
        }
        finally
        {
            taken.ForEach(socket => socket.Dispose());
        }

        if (refusals.Count > 0)
        {
            throw new CannotListenException(string.Join('\n', refusals));
        }
    }

    /// <summary>Starts the application.</summary>
    /// <exception cref="CannotListenException">It cannot listen after all.</exception>
    public static async Task StartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception exception) when (exception is SocketException or IOException { InnerException: AddressInUseException } or InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" })
        {
            throw new CannotListenException(Sentence(string.Join(", ", ListenAddresses.InForce(app.Configuration)), FirstLine(exception.Message).TrimEnd('.')));
        }
    }

    private static void TryAddress(string url, List<Socket> taken, List<string> refusals)
    {
        var address = BindingAddress.Parse(url);
        List<Exception> faults = [];
        var endpoints = EndpointsOf(address);
        foreach (var endpoint in endpoints)
        {
            try
            {
                var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
                taken.Add(socket);
                // Bound alone, a port may still be another's who listens on it, or on all addresses of this host.
                socket.Listen();
            }
            catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                faults.Add(exception);
            }
        }

        if (address.IsUnixPipe && faults.Count == 0)
        {
            File.Delete(address.UnixPipePath);
        }

        // Of localhost one family is enough, unless the other one is somebody's.
        if (faults.Find(exception => exception is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }) is { } inUse)
        {
            refusals.Add(Sentence(url, Reason(address, inUse)));
        }
        else if (faults.Count == endpoints.Length)
        {
            refusals.Add(Sentence(url, Reason(address, faults[0])));
        }
    }

    // As the web server reads an address: a name is every address of this host.
    private static EndPoint[] EndpointsOf(BindingAddress address) => address switch
    {
        { IsUnixPipe: true } => [new UnixDomainSocketEndPoint(address.UnixPipePath)],
        _ when address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) => [new IPEndPoint(IPAddress.Loopback, address.Port), new IPEndPoint(IPAddress.IPv6Loopback, address.Port)],
        _ when IPAddress.TryParse(address.Host, out var ip) => [new IPEndPoint(ip, address.Port)],
        _ => [new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, address.Port)],
    };

    private static void TryCertificates(WebApplication app, IReadOnlyList<string> urls, List<string> refusals)
    {
        var section = app.Configuration.GetSection("Kestrel");
        var secure = urls.Where(url => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase)).ToList();
        if (secure.Count == 0 && !section.Exists())
        {
            return;
        }

        try
        {
            // Read once for this alone and forgotten: the web server reads them again.
            var options = new KestrelServerOptions { ApplicationServices = app.Services };
            options.Configure(section).Load();
            if (secure.Count > 0 && !section.GetSection("Endpoints").Exists())
            {
                options.Listen(IPAddress.Loopback, 0, static listen => listen.UseHttps());
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or CryptographicException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            refusals.Add(Sentence(string.Join(", ", secure.Count > 0 ? secure : urls),
                $"{FirstLine(exception.Message).TrimEnd('.')}. Name a certificate and its key in Kestrel:Certificates:Default:Path and KeyPath, or use http"));
        }
    }

    private static string Reason(BindingAddress address, Exception exception) => (exception as SocketException)?.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse when address.IsUnixPipe => "the file is there already. Stop the program that has it, or delete the file when none has",
        SocketError.AddressAlreadyInUse => "address already in use. Stop the program that has it, or choose another with --urls",
        SocketError.AccessDenied when !address.IsUnixPipe => "permission denied. Choose a port above 1023, or give the program the right to this one",
        SocketError.AddressNotAvailable when address.IsUnixPipe => "the folder is not there. Make it, or name another file",
        SocketError.AddressNotAvailable => "this host has no such address. Choose one that it has, or http://+:PORT for all",
        SocketError.AddressFamilyNotSupported => "this host has no addresses of that kind. Choose another with --urls",
        _ => FirstLine(exception.Message).TrimEnd('.'),
    };

    private static string Sentence(string url, string reason) => $"The service cannot listen on {url}: {reason}.";

    private static string FirstLine(string message) => message.Split('\n')[0].Trim();
}

/// <summary>The service cannot listen where it is told to. The message is for the operator: an address and a sentence a line.</summary>
public sealed class CannotListenException(string message) : Exception(message);
