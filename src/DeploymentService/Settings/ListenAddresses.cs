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
        var urls = (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var url in urls)
        {
            try
            {
                if (!LoopbackOnly.IsLoopback(url) && mode == AuthenticationMode.None)
                {
                    reader.Refuse("Authentication:Mode", $"is None and the service is to listen on {url}", LoopbackOnly.Repair);
                }
            }
            catch (Exception fault) when (fault is FormatException or ArgumentException)
            {
                reader.Refuse("urls", $"has '{url}'", $"use an address such as {Standard}");
            }
        }
    }
}
