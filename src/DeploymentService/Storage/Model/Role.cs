namespace DeploymentService.Storage.Model;

/// <summary>What a token may do.</summary>
// The numbers are stored: never renumber.
public enum Role
{
    /// <summary>Nothing: Keystone knows the caller, but none of its roles is mapped. No token of ours has it.</summary>
    None = 0,

    /// <summary>Every GET in its project.</summary>
    Reader = 1,

    /// <summary>Everything in its project except its tokens.</summary>
    Member = 2,

    /// <summary>Everything, and tokens: in every project, or, where Keystone says no more than that, in its own (<c>Caller.ActsInAllProjects</c>).</summary>
    Admin = 3,

    /// <summary>One server's metadata; read, update and signal of that server's deployments. Heat calls it <c>heat_stack_user</c>.</summary>
    Agent = 4,

    /// <summary>Keystone's <c>heat_stack_user</c>, which no server is known for: metadata and signals in its project. No token of ours has it.</summary>
    StackUser = 5,
}

/// <summary>Which roles there are tokens of.</summary>
public static class TokenRoles
{
    /// <summary>The roles that a token of the service can have; the others are what Keystone makes of a caller.</summary>
    public static IReadOnlyList<Role> All { get; } = [Role.Reader, Role.Member, Role.Admin, Role.Agent];

    /// <summary>Their words on the wire.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. All.Select(role => role.ToString().ToLowerInvariant())];
}
