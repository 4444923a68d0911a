using System.Text.Json;
using DeploymentService.Configs;
using DeploymentService.Json;
using DeploymentService.Settings;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>What the stock agents can run: which groups of configs have a hook, and what the group <c>component</c> has for an action.</summary>
public static class StockHooks
{
    private const string Component = "component";

    // The hooks of the heat agents and of heat's templates, and two names that the agents treat without a hook.
    private static readonly string[] Groups =
    [
        "ansible", "apply-config", "atomic", "cfn-init", "chef", Component, "docker-cmd", "docker-compose", "hiera", "json-file", "kubelet", "os-apply-config",
        "puppet", "salt", "script",
    ];

    /// <summary>Why the stock agents do not run a config, as a part of a sentence; null when they do.</summary>
    public static Obstacle? Find(RunnableConfig config, SoftwareDeployment deployment)
    {
        if (string.IsNullOrEmpty(config.Group) || config.Group == "Heat::Ungrouped")
        {
            return new(ObstacleKind.NoGroup, "the config has no group, so that agents do not run it");
        }

        if (config.Group != Component)
        {
            return UnknownGroup(config.Group);
        }

        var action = ActionOf(config, deployment);
        using var text = (config.Config ?? JsonText.EmptyObject).Document();
        return ToolFor(text.RootElement, action) is { } tool
            ? UnknownGroup(tool)
            : new(ObstacleKind.NoConfigForAction, $"the config has nothing to run {(action.Length > 0 ? $"for the action '{action}'" : "without an action")}, so that agents skip it");
    }

    /// <summary>The file that the agent runs for a group: it leaves out of the name what a file should not be called.</summary>
    internal static string FileOf(string group) => string.Concat(group.Where(character => character is '-' or '_' || char.IsLetterOrDigit(character)));

    /// <summary>True when the agent finds an action in the actions of a component's part. It asks as Python does, whatever they are.</summary>
    internal static bool Names(JsonElement actions, string action) => actions.ValueKind switch
    {
        JsonValueKind.Array => actions.EnumerateArray().Any(named => TextOf(named) == action),
        JsonValueKind.Object => actions.TryGetProperty(action, out _),
        JsonValueKind.String => actions.GetString()!.Contains(action, StringComparison.Ordinal),
        _ => false,
    };

    private static Obstacle? UnknownGroup(string group)
    {
        var hook = FileOf(group);
        if (Groups.Contains(hook))
        {
            return null;
        }

        var near = NearestName.Find(hook, Groups)
            ?? Groups.FirstOrDefault(known => hook.Length > 2 && (hook.Contains(known, StringComparison.OrdinalIgnoreCase) || known.Contains(hook, StringComparison.OrdinalIgnoreCase)));
        return new(ObstacleKind.UnknownGroup, $"no stock hook serves the group '{group}': {(near is null ? $"there are {string.Join(", ", Groups)}" : $"the nearest is '{near}'")}");
    }

    /// <summary>The hook that the agent takes for an action: that of the first part which names the action. Null where it finds none, or breaks off.</summary>
    private static string? ToolFor(JsonElement config, string action)
    {
        if (config.ValueKind != JsonValueKind.Object || !config.TryGetProperty("configs", out var parts) || parts.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var part in parts.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Object || !part.TryGetProperty("actions", out var actions))
            {
                return null;
            }

            if (Names(actions, action))
            {
                return part.TryGetProperty("config", out _) && part.TryGetProperty("tool", out var tool) ? TextOf(tool) : null;
            }
        }

        return null;
    }

    /// <summary>The action as the agent gets it: an author may have given it a value of his own, as the stock command line does.</summary>
    private static string ActionOf(RunnableConfig config, SoftwareDeployment deployment)
    {
        const string name = "deploy_action";
        using var values = (deployment.InputValues ?? JsonText.EmptyObject).Document();
        if (values.RootElement.TryGetProperty(name, out var supplied) && TextOf(supplied) is { Length: > 0 } own)
        {
            return own;
        }

        using var inputs = (config.Inputs ?? JsonText.EmptyList).Document();
        var declared = inputs.RootElement.EnumerateArray().LastOrDefault(input => TextOf(input.GetProperty("name")) == name);
        return declared.ValueKind == JsonValueKind.Object && declared.TryGetProperty("value", out var given) && TextOf(given) is { Length: > 0 } value
            ? value
            : deployment.Action ?? "";
    }

    private static string? TextOf(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;
}

/// <summary>Why the stock agents do not run a config.</summary>
/// <param name="Kind">Which of the known causes.</param>
/// <param name="Detail">A part of a sentence.</param>
public sealed record Obstacle(ObstacleKind Kind, string Detail);

/// <summary>Known causes for which the stock agents do not run a config.</summary>
public enum ObstacleKind
{
    /// <summary>It has no group.</summary>
    NoGroup,

    /// <summary>No stock hook has the name of its group.</summary>
    UnknownGroup,

    /// <summary>It is a component with nothing for the deployment's action.</summary>
    NoConfigForAction,
}
