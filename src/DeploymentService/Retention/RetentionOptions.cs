using System.Globalization;
using DeploymentService.Settings;

namespace DeploymentService.Retention;

/// <summary>How long what has ended is kept. Nothing of it is removed unless a setting says so.</summary>
public sealed record RetentionOptions
{
    private const int Most = 3650;

    /// <summary><c>Retention:DeploymentDays</c>: how many days ago a deployment has ended when it is removed; 0 to 3,650, default 0: never.</summary>
    public required int DeploymentDays { get; init; }

    /// <summary><c>Retention:Projects</c>: the same for single projects, such as <c>demo=30,big=7</c>; 0 for never.</summary>
    public required IReadOnlyDictionary<string, int> Projects { get; init; }

    /// <summary><c>Retention:RunDays</c>: how many days ago an earlier run of a deployment has ended when it is removed; 0 to 3,650, default 0: never.</summary>
    public required int RunDays { get; init; }

    /// <summary><c>Retention:RolloutDays</c>: how many days ago a rollout has ended when it is removed; 0 to 3,650, default 0: never.</summary>
    public required int RolloutDays { get; init; }

    /// <summary><c>Retention:ConfigDays</c>: how many days old a config is when it is removed, if nothing uses it; 0 to 3,650, default 0: never.</summary>
    public required int ConfigDays { get; init; }

    /// <summary>True when nothing is ever removed.</summary>
    public bool IsOff => DeploymentDays + RunDays + RolloutDays + ConfigDays == 0 && Projects.Values.All(days => days == 0);

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static RetentionOptions Read(SettingsReader settings) => new()
    {
        DeploymentDays = settings.Number("Retention:DeploymentDays", 0, 0, Most),
        Projects = ReadProjects(settings, "Retention:Projects"),
        RunDays = settings.Number("Retention:RunDays", 0, 0, Most),
        RolloutDays = settings.Number("Retention:RolloutDays", 0, 0, Most),
        ConfigDays = settings.Number("Retention:ConfigDays", 0, 0, Most),
    };

    /// <summary>After how many days a project's deployments are removed; 0 for never.</summary>
    internal int DaysOf(string projectId) => Projects.GetValueOrDefault(projectId, DeploymentDays);

    /// <summary>The end before which something has ended that is removed after so many days; null for never.</summary>
    internal static DateTime? Before(DateTime now, int days) => days > 0 ? now.AddDays(-days) : null;

    /// <summary>True when deployments of any project are removed.</summary>
    internal bool HasDeployments => DeploymentDays > 0 || Projects.Values.Any(days => days > 0);

    private static Dictionary<string, int> ReadProjects(SettingsReader settings, string key)
    {
        var projects = new Dictionary<string, int>();
        foreach (var part in settings.Text(key, "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', StringSplitOptions.TrimEntries) is not [{ Length: > 0 } project, var number]
                || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var days)
                || days > Most)
            {
                settings.AddError(key, $"has '{part}' in it", $"use projects with a number of days from 0 to {Most} each, such as demo=30,big=7");
            }
            else if (!projects.TryAdd(project, days))
            {
                settings.AddError(key, $"has the project '{project}' twice", "leave one of them out");
            }
        }

        return projects;
    }
}
