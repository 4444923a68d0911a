using System.Text.Json;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>Knows which of the stock hooks hand the inputs to a process in its environment, where a number, a boolean or null would end the hook.</summary>
internal static class HookEnvironment
{
    private const string Script = "script";
    private const string Puppet = "puppet";
    private const string Component = "component";

    /// <summary>True when the hook that runs the config needs every scalar as a text.</summary>
    /// <param name="config">The config.</param>
    /// <param name="action">The stack action, as the agent is told.</param>
    public static bool Takes(SoftwareConfig config, string action) => StockHooks.FileOf(Hook(config, action) ?? "") switch
    {
        Script => true,
        Puppet => !HasHiera(config),
        _ => false,
    };

    /// <summary>The config's group. A component has a config and a hook for each action: the agent takes the first that lists the deployment's action.</summary>
    private static string? Hook(SoftwareConfig config, string action)
    {
        if (config.Group != Component)
        {
            return config.Group;
        }

        using var component = config.Config.Document();
        foreach (var part in Elements(Member(component.RootElement, "configs")))
        {
            if (Member(part, "actions") is { } actions && StockHooks.Names(actions, action))
            {
                return Member(part, "tool") is { ValueKind: JsonValueKind.String } tool ? tool.GetString() : null;
            }
        }

        return null;
    }

    /// <summary>True when the option <c>enable_hiera</c> is what Python takes for true.</summary>
    private static bool HasHiera(SoftwareConfig config)
    {
        using var options = config.Options.Document();
        return Member(options.RootElement, "enable_hiera") is { } flag && flag.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.False => false,
            JsonValueKind.String => !flag.ValueEquals(""),
            JsonValueKind.Number => !flag.TryGetDouble(out var number) || number != 0,
            JsonValueKind.Array => flag.GetArrayLength() > 0,
            JsonValueKind.Object => flag.GetPropertyCount() > 0,
            _ => true,
        };
    }

    private static JsonElement? Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;

    private static IEnumerable<JsonElement> Elements(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];
}
