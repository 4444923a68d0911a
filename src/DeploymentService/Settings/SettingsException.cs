namespace DeploymentService.Settings;

/// <summary>Settings with which the service does not start.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults) : Exception("The settings are wrong:\n" + string.Join('\n', faults.Select(fault => "  " + fault)))
{
    /// <summary>One sentence each, with the key and the repair.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
