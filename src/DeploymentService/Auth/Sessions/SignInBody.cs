namespace DeploymentService.Auth.Sessions;

/// <summary>The body of `POST /v3/auth/tokens`, as Keystone has it. Fields that are not named here are ignored.</summary>
/// <param name="Auth">Who signs in, and to which project.</param>
// Nothing is read into these types: they describe to the document what SignIn reads.
public sealed record SignInBody(SignInRequest Auth);

/// <summary>Who signs in, and to which project.</summary>
public sealed record SignInRequest
{
    /// <summary>Who signs in.</summary>
    public required SignInIdentity Identity { get; init; }

    /// <summary>To which project; absent for the token's own.</summary>
    public SignInScope? Scope { get; init; }
}

/// <summary>Who signs in.</summary>
public sealed record SignInIdentity
{
    /// <summary>How the client proves who it is: `["password"]` or `["token"]`.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>Required with the method `password`.</summary>
    public SignInPassword? Password { get; init; }

    /// <summary>Required with the method `token`.</summary>
    public SignInToken? Token { get; init; }
}

/// <summary>A user with a password.</summary>
/// <param name="User">The user.</param>
public sealed record SignInPassword(SignInUser User);

/// <summary>A user: a token of the service.</summary>
public sealed record SignInUser
{
    /// <summary>The token's name.</summary>
    public string? Name { get; init; }

    /// <summary>The token's id, instead of its name.</summary>
    public string? Id { get; init; }

    /// <summary>The token's secret.</summary>
    public string? Password { get; init; }

    /// <summary>Ignored.</summary>
    public IdentityReference? Domain { get; init; }
}

/// <summary>A token to sign in with.</summary>
/// <param name="Id">The secret of a token, or of a session.</param>
public sealed record SignInToken(string Id);

/// <summary>What the session is for.</summary>
public sealed record SignInScope
{
    /// <summary>A project.</summary>
    public SignInProject? Project { get; init; }
}

/// <summary>A project. Its id and its name are the same.</summary>
public sealed record SignInProject
{
    /// <summary>The project's id.</summary>
    public string? Id { get; init; }

    /// <summary>The project's name, instead of its id.</summary>
    public string? Name { get; init; }

    /// <summary>Ignored.</summary>
    public IdentityReference? Domain { get; init; }
}

/// <summary>Something by its id or its name.</summary>
public sealed record IdentityReference
{
    /// <summary>Its id.</summary>
    public string? Id { get; init; }

    /// <summary>Its name.</summary>
    public string? Name { get; init; }
}
