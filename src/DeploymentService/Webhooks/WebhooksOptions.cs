using System.Net;
using DeploymentService.Settings;

namespace DeploymentService.Webhooks;

/// <summary>Whether webhooks are sent, and where they may lead.</summary>
public sealed record WebhooksOptions
{
    private const string AllowedNetworksSetting = "Webhooks:AllowedNetworks";

    /// <summary><c>Webhooks:Enabled</c>: false where nothing is to be sent, as in a drill with a copy; the API stays. Default true.</summary>
    public required bool Enabled { get; init; }

    /// <summary><c>Webhooks:AllowedNetworks</c>: networks that are not public and all the same may be reached, as CIDR with commas between; default none.</summary>
    public required IReadOnlyList<IPNetwork> AllowedNetworks { get; init; }

    /// <summary>How long a receiver may take to be connected to. No setting; of real time, whatever the service's clock does.</summary>
    public TimeSpan ConnectPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long it may take to answer, with that. No setting; of real time.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static WebhooksOptions Read(SettingsReader settings)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in settings.Text(AllowedNetworksSetting, "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPNetwork.TryParse(text, out var network))
            {
                networks.Add(network);
            }
            else
            {
                settings.AddError(AllowedNetworksSetting, $"has '{text}'", "use networks such as 10.20.0.0/16 or fd00:20::/32, with commas between");
            }
        }

        return new() { Enabled = settings.Flag("Webhooks:Enabled", true), AllowedNetworks = networks };
    }
}
