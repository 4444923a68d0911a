namespace DeploymentService.Auth;

/// <summary>What a token may do.</summary>
// The numbers are stored: never renumber.
public enum Role
{
    /// <summary>Every GET in its project.</summary>
    Reader = 1,

    /// <summary>Everything in its project except its tokens.</summary>
    Member = 2,

    /// <summary>Everything in every project, and tokens.</summary>
    Admin = 3,

    /// <summary>One server's metadata; read, update and signal of that server's deployments. Heat calls it <c>heat_stack_user</c>.</summary>
    Agent = 4,
}
