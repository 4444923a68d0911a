using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeploymentService.Host;
using DeploymentService.Observability;

namespace DeploymentService.CommandLine;

/// <summary>Asks the service that runs on this host whether it is ready.</summary>
public static class HealthQuestion
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks once, at the first address of the settings; null when it is ready, else a sentence.</summary>
    /// <param name="configuration">The settings of the service.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public static async Task<string?> AskAsync(ConfigurationManager configuration, CancellationToken cancel)
    {
        ListenAddresses.ApplyStandard(configuration);
        var url = ListenAddresses.InForce(configuration)[0];
        if (!ListenAddresses.IsAddress(url))
        {
            return $"The address '{url}' is none: use an address such as {ListenAddresses.Standard}";
        }

        var listening = BindingAddress.Parse(url);
        var address = new UriBuilder(listening.Scheme, HostOf(listening), listening.IsUnixPipe ? -1 : listening.Port, HealthEndpoints.ReadyPath).Uri;
        try
        {
            using var client = new HttpClient(Handler(listening)) { Timeout = Patience };
            using var answer = await client.GetAsync(address, cancel);
            return answer.IsSuccessStatusCode ? null : $"{url} answers {(int)answer.StatusCode}: {MessageOf(await answer.Content.ReadAsStringAsync(cancel))}";
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return $"{url} does not answer: {exception.Message}";
        }
    }

    // A name and an address such as http://+:8004 are for listening on all, and so on this one.
    private static string HostOf(BindingAddress listening) =>
        !listening.IsUnixPipe && IPAddress.TryParse(listening.Host, out var address)
            ? address.Equals(IPAddress.Any) ? "127.0.0.1" : address.Equals(IPAddress.IPv6Any) ? "[::1]" : listening.Host
            : "127.0.0.1";

    private static string MessageOf(string body)
    {
        try
        {
            return JsonNode.Parse(body)?["error"]?["message"]?.ToString() ?? "it is not this service";
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return "it is not this service";
        }
    }

    private static SocketsHttpHandler Handler(BindingAddress listening)
    {
        // Past every proxy: it is this host.
        var handler = new SocketsHttpHandler { UseProxy = false };
#pragma warning disable CA5359 // The service's certificate is for the name that clients use, and nothing secret is sent or believed.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        if (listening.IsUnixPipe)
        {
            handler.ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(listening.UnixPipePath), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            };
        }

        return handler;
    }
}
