using System.Net;
using System.Net.Sockets;
using DeploymentService.Auth;

namespace DeploymentService.Settings;

/// <summary>The addresses that the service listens on: <c>--urls</c> or <c>ASPNETCORE_URLS</c>.</summary>
public static class ListenAddresses
{
    /// <summary>Where the service listens when nothing is said.</summary>
    public const string Standard = "http://127.0.0.1:8004";

    /// <summary>Sets the standard address unless another is configured.</summary>
    public static void ApplyStandard(ConfigurationManager configuration)
    {
        if (string.IsNullOrEmpty(configuration["urls"]) && string.IsNullOrEmpty(configuration["http_ports"])
            && string.IsNullOrEmpty(configuration["https_ports"]) && !configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            configuration["urls"] = Standard;
        }
    }

    /// <summary>Refuses what is no address, and, without authentication, what others can reach.</summary>
    public static void Check(SettingsReader reader, IConfiguration configuration, AuthenticationMode mode)
    {
        foreach (var (key, url) in All(configuration))
        {
            if (!IsAddress(url))
            {
                reader.Refuse(key, $"has '{url}'", $"use an address such as {Standard}");
            }
            else if (mode == AuthenticationMode.None && !LoopbackOnly.IsLoopback(url))
            {
                reader.Refuse("Authentication:Mode", $"is None and the service is to listen on {url}", LoopbackOnly.Repair);
            }
        }
    }

    /// <summary>Starts the application.</summary>
    /// <exception cref="SettingsException">It cannot listen on an address that is otherwise right.</exception>
    public static async Task StartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception fault) when (fault is SocketException or InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" })
        {
            var addresses = string.Join(", ", All(app.Configuration).Select(address => address.Url));
            throw new SettingsException([$"The service cannot listen on {addresses}: {fault.Message}"]);
        }
    }

    /// <summary>Every address, with the key that it is from. Addresses win over bare ports, which mean every address of the host.</summary>
    private static IEnumerable<(string Key, string Url)> All(IConfiguration configuration)
    {
        var urls = Split(configuration["urls"]).Select(url => ("urls", url)).ToList();
        return
        [
            .. urls,
            .. urls.Count > 0 ? [] : Split(configuration["http_ports"]).Select(port => ("http_ports", $"http://*:{port}")),
            .. urls.Count > 0 ? [] : Split(configuration["https_ports"]).Select(port => ("https_ports", $"https://*:{port}")),
            .. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => ($"{endpoint.Path}:Url", endpoint["Url"] ?? "")),
        ];
    }

    private static string[] Split(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsAddress(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            // What is no port stays with the host, which the web server would take for every address of this one.
            return address.Scheme is "http" or "https"
                && (address.IsUnixPipe
                    || (address.PathBase.Length == 0
                        && address.Port is >= 0 and <= IPEndPoint.MaxPort
                        && (address.Host.StartsWith('[') || !address.Host.Contains(':', StringComparison.Ordinal))));
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException)
        {
            return false;
        }
    }
}
