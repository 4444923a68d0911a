using System.Net;
using DeploymentService.Auth;
using DeploymentService.Settings;

namespace DeploymentService.Host;

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
                reader.AddError(key, $"has '{url}'", $"use an address such as {Standard}");
            }
            else if (BindingAddress.Parse(url) is { Port: 0, IsUnixPipe: false } address && address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            {
                reader.AddError(key, $"has '{url}', for which no port can be picked", "name a port, or use http://127.0.0.1:0");
            }
            else if (mode == AuthenticationMode.None && !LoopbackOnly.IsLoopback(url))
            {
                reader.AddError("Authentication:Mode", $"is None and the service is to listen on {url}", LoopbackOnly.Repair);
            }
        }
    }

    /// <summary>Refuses an address for the metrics alone that cannot be told from the service's own, which is done by the port.</summary>
    public static void CheckMetrics(SettingsReader reader, IConfiguration configuration, ServiceSettings settings)
    {
        const string key = "Metrics:Address";
        var url = settings.Telemetry.Address;
        if (url is null)
        {
            return;
        }

        if (!IsAddress(url) || BindingAddress.Parse(url) is { IsUnixPipe: true } or { Port: 0 })
        {
            reader.AddError(key, $"is '{url}'", "use an address with a port, such as http://127.0.0.1:9464");
        }
        else if (InForce(configuration).Any(other => IsAddress(other) && BindingAddress.Parse(other).Port == settings.Telemetry.Port))
        {
            reader.AddError(key, $"is {url}, and the service itself listens on that port", "choose another port");
        }
        else if (settings.Authentication.Mode == AuthenticationMode.None && !LoopbackOnly.IsLoopback(url))
        {
            reader.AddError(key, $"is {url}, and Authentication:Mode is None", LoopbackOnly.Repair);
        }
    }

    /// <summary>Adds an address to those that the web server will listen on.</summary>
    public static void Add(ConfigurationManager configuration, string? address)
    {
        if (address is null)
        {
            return;
        }

        var inForce = InForce(configuration);
        if (All(configuration).Any(one => one.Key.StartsWith("Kestrel:", StringComparison.OrdinalIgnoreCase) && inForce.Contains(one.Url)))
        {
            // A name that nobody has taken.
            var name = "Metrics";
            for (var number = 2; configuration.GetSection($"Kestrel:Endpoints:{name}").Exists(); number++)
            {
                name = $"Metrics{number}";
            }

            configuration[$"Kestrel:Endpoints:{name}:Url"] = address;
        }
        else
        {
            configuration["urls"] = string.Join(';', inForce.Append(address));
        }
    }

    /// <summary>The addresses that the web server will listen on: its own endpoints, when it has some, stand in for the others.</summary>
    public static IReadOnlyList<string> InForce(IConfiguration configuration)
    {
        var byServer = All(configuration).ToLookup(address => address.Key.StartsWith("Kestrel:", StringComparison.OrdinalIgnoreCase), address => address.Url);
        var prefersOthers = bool.TryParse(configuration[WebHostDefaults.PreferHostingUrlsKey], out var flag) && flag && byServer[false].Any();
        return [.. byServer[byServer[true].Any() && !prefersOthers]];
    }

    /// <summary>True of an address that the web server can listen on.</summary>
    public static bool IsAddress(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            // What is no port stays with the host, which the web server would take for every address of this one. So it would take a misspelt number.
            return address.Scheme is "http" or "https"
                && (address.IsUnixPipe
                    || (address.PathBase.Length == 0
                        && address.Port is >= 0 and <= IPEndPoint.MaxPort
                        && (address.Host.StartsWith('[') || !address.Host.Contains(':', StringComparison.Ordinal))
                        && (IPAddress.TryParse(address.Host, out _) || IsName(address.Host))));
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return false;
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

    private static bool IsName(string host) =>
        host.IndexOfAny(['[', ']', '/', ' ', '@']) < 0 && host.TrimEnd('.') is { Length: > 0 } name && !char.IsAsciiDigit(name[(name.LastIndexOf('.') + 1)..][0]);
}
