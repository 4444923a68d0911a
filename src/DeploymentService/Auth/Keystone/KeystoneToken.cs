using System.Text.Json.Serialization;
using DeploymentService.Storage.Model;

namespace DeploymentService.Auth.Keystone;

/// <summary>What Keystone says of a token, as far as it matters here.</summary>
public sealed record KeystoneToken
{
    /// <summary>Whose it is.</summary>
    public required KeystoneName User { get; init; }

    /// <summary>The project that it is for; null for none.</summary>
    public KeystoneName? Project { get; init; }

    /// <summary>The system, where it is for that.</summary>
    public KeystoneSystem? System { get; init; }

    /// <summary>True when the project is the one that Keystone calls the one of the admins.</summary>
    public bool? IsAdminProject { get; init; }

    /// <summary>The roles of the user there.</summary>
    public IReadOnlyList<KeystoneName>? Roles { get; init; }

    /// <summary>From when on it is worthless.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>
    /// The caller that the token stands for. An admin of a project is one there and nowhere else; of all projects is one whose token is for the whole system,
    /// or for the project that Keystone calls the one of the admins. With neither a project nor the role of an admin in the system a token may do nothing.
    /// </summary>
    public Caller ToCaller(RoleMap map)
    {
        var role = map.Strongest([.. (Roles ?? []).Select(role => role.Name)]);
        var isOfAll = role == Role.Admin && (Project is null ? System?.All == true : IsAdminProject == true);
        return new(
            // For the log, where a line is an event.
            string.Concat(User.Name.Where(character => !char.IsControl(character))),
            Project is null && !isOfAll ? Role.None : role,
            Project?.Id ?? "",
            expiryTime: ExpiresAt.UtcDateTime,
            actsInAllProjects: isOfAll)
        {
            Id = User.Id ?? User.Name,
        };
    }
}

/// <summary>The scope of a token that is for the system and for no project.</summary>
/// <param name="All">True of the whole system; Keystone knows no part of it.</param>
public sealed record KeystoneSystem(bool? All);

/// <summary>An object of Keystone's that has an id and a name.</summary>
public sealed record KeystoneName(string Id, string Name);

/// <summary>The answer with a token.</summary>
public sealed record KeystoneTokenEnvelope(KeystoneToken Token);

/// <summary>Keystone's answers, compiled ahead.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = false, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(KeystoneTokenEnvelope))]
public sealed partial class KeystoneJsonContext : JsonSerializerContext;
