using DeploymentService.Storage.Model;

namespace DeploymentService.Auth.Keystone;

/// <summary>Which of Keystone's roles are which of ours, strongest first. Upper and lower case are the same, as in Keystone.</summary>
public sealed class RoleMap(string[] admins, string[] members, string[] readers, string[] agents)
{
    private readonly (Role Role, string[] Names)[] _strongestFirst =
        [(Role.Admin, admins), (Role.Member, members), (Role.Reader, readers), (Role.StackUser, agents)];

    /// <summary>The strongest of ours that any of Keystone's stands for; <see cref="Role.None"/> when none of them is mapped.</summary>
    public Role Strongest(IReadOnlyCollection<string> names)
    {
        foreach (var (role, mapped) in _strongestFirst)
        {
            if (mapped.Any(name => names.Contains(name, StringComparer.OrdinalIgnoreCase)))
            {
                return role;
            }
        }

        return Role.None;
    }
}
