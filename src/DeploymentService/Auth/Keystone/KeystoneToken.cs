using System.Text.Json.Serialization;

namespace DeploymentService.Auth.Keystone;

/// <summary>What Keystone says of a token, as far as it matters here.</summary>
public sealed record KeystoneToken(
    KeystoneName User, KeystoneName? Project, IReadOnlyList<KeystoneName>? Roles, DateTimeOffset ExpiresAt, DateTimeOffset? IssuedAt)
{
    /// <summary>The caller that the token stands for. Without a project it may do nothing, whatever its role is elsewhere.</summary>
    public Caller ToCaller(RoleMap map) => new(
        // For the log, where a line is an event.
        string.Concat(User.Name.Where(character => !char.IsControl(character))),
        Project is null ? Role.None : map.Strongest([.. (Roles ?? []).Select(role => role.Name)]),
        Project?.Id ?? "",
        expiryTime: ExpiresAt.UtcDateTime);
}

/// <summary>An object of Keystone's that has an id and a name.</summary>
public sealed record KeystoneName(string Id, string Name);

/// <summary>The answer with a token.</summary>
public sealed record KeystoneTokenEnvelope(KeystoneToken Token);

/// <summary>Keystone's answers, compiled ahead.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = false, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(KeystoneTokenEnvelope))]
public sealed partial class KeystoneJsonContext : JsonSerializerContext;
