using System.Text.Json.Serialization;

namespace DeploymentService.Auth.Sessions;

/// <summary>A token or a session, as Keystone describes one.</summary>
/// <param name="Token">The token or session.</param>
// Nothing is made of these types: they describe to the document what TokenAnswer writes.
public sealed record IdentityTokenBody(IdentityToken Token);

/// <summary>A token or a session, as Keystone describes one. Its secret is in the header `X-Subject-Token`.</summary>
public sealed record IdentityToken
{
    /// <summary>How it was obtained: `password` or `token`.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>An id of it for logs.</summary>
    public required IReadOnlyList<string> AuditIds { get; init; }

    /// <summary>When it was made, with microseconds.</summary>
    public required DateTime IssuedAt { get; init; }

    /// <summary>When it expires, with microseconds.</summary>
    public required DateTime ExpiresAt { get; init; }

    /// <summary>The user: the token that was signed in with.</summary>
    public required IdentityUser User { get; init; }

    /// <summary>Always false.</summary>
    public required bool IsDomain { get; init; }

    /// <summary>The project that it is for.</summary>
    public required IdentityProject Project { get; init; }

    /// <summary>What it may do: one role.</summary>
    public required IReadOnlyList<IdentityName> Roles { get; init; }

    /// <summary>Where the services are: this one. Left out with `nocatalog`.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<IdentityService>? Catalog { get; init; }
}

/// <summary>An id with its name.</summary>
/// <param name="Id">The id.</param>
/// <param name="Name">The name.</param>
public sealed record IdentityName(string Id, string Name);

/// <summary>A user: a token of the service.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Name">The token's name.</param>
/// <param name="PasswordExpiresAt">Always null.</param>
/// <param name="Domain">Always the default domain.</param>
public sealed record IdentityUser(string Id, string Name, DateTime? PasswordExpiresAt, IdentityName Domain);

/// <summary>A project.</summary>
/// <param name="Id">The project's id.</param>
/// <param name="Name">The same.</param>
/// <param name="Domain">Always the default domain.</param>
public sealed record IdentityProject(string Id, string Name, IdentityName Domain);

/// <summary>A service of the catalog.</summary>
/// <param name="Type">What it is: `orchestration`.</param>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Endpoints">Where it is.</param>
public sealed record IdentityService(string Type, string Id, string Name, IReadOnlyList<IdentityEndpoint> Endpoints);

/// <summary>Where a service is.</summary>
/// <param name="Id">The id of the endpoint.</param>
/// <param name="Interface">For whom: `public`, `internal` or `admin`.</param>
/// <param name="Region">The region.</param>
/// <param name="RegionId">The same.</param>
/// <param name="Url">The address of the project in the service.</param>
public sealed record IdentityEndpoint(string Id, string Interface, string Region, string RegionId, string Url);
