using DeploymentService.Settings;

namespace DeploymentService.Agents;

/// <summary>What the addresses of the agents are signed with.</summary>
public sealed record AgentsOptions
{
    /// <summary>The key of <see cref="SigningKey"/>, for messages.</summary>
    public const string SigningKeySetting = "Agents:SigningKey";

    private const string PreviousSetting = "Agents:PreviousSigningKey";
    private const int ShortestKey = 32;

    /// <summary><c>Agents:SigningKey</c>: a secret of at least 32 characters; null to have one made at the first start and kept beside the database.</summary>
    public required string? SigningKey { get; init; }

    /// <summary><c>Agents:PreviousSigningKey</c>: the secret that was replaced, accepted until it is taken out of the settings.</summary>
    public required string? PreviousSigningKey { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static AgentsOptions Read(SettingsReader settings)
    {
        var options = new AgentsOptions { SigningKey = Key(settings, SigningKeySetting), PreviousSigningKey = Key(settings, PreviousSetting) };
        if (options is { SigningKey: null, PreviousSigningKey: not null })
        {
            settings.AddError(PreviousSetting, "stands alone", $"put the new key into {SigningKeySetting}, or leave both out");
        }

        return options;
    }

    private static string? Key(SettingsReader settings, string setting)
    {
        var key = settings.TextOrNull(setting);
        if (key is { Length: < ShortestKey })
        {
            settings.AddError(setting, "is too short", $"use a random text of at least {ShortestKey} characters, such as `openssl rand -base64 32` makes");
        }

        return key;
    }
}
