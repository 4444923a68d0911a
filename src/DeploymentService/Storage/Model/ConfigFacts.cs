namespace DeploymentService.Storage.Model;

/// <summary>What decisions need to know of a config, without its texts.</summary>
/// <param name="Name">Its name; null for none.</param>
/// <param name="Group">Which of the agent's hooks runs it; null for none.</param>
public sealed record ConfigFacts(string? Name, string? Group)
{
    /// <summary>False without a group: then agents do not know how to run it.</summary>
    public bool IsRunByAgents => Group is not (null or "" or "Heat::Ungrouped");
}
