using System.Text.Json.Serialization;
using DeploymentService.Http;
using DeploymentService.Json;
using DeploymentService.Storage.Model;

namespace DeploymentService.Configs;

/// <summary>A config.</summary>
public sealed record ConfigView
{
    /// <summary>The UUID of the config.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string? Name { get; init; }

    /// <summary>Which of the agent's hooks runs it.</summary>
    public required string? Group { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTime CreationTime { get; init; }

    /// <summary>The script or manifest: any JSON value.</summary>
    public required JsonText Config { get; init; }

    /// <summary>A list: the declared inputs, as they were sent.</summary>
    public required JsonText Inputs { get; init; }

    /// <summary>A list: the declared outputs, as they were sent.</summary>
    public required JsonText Outputs { get; init; }

    /// <summary>Options for the hook: any JSON value.</summary>
    public required JsonText Options { get; init; }

    /// <summary>What the wire shows of a config.</summary>
    public static ConfigView Of(SoftwareConfig config) => new()
    {
        Id = config.Id,
        Name = config.Name,
        Group = config.Group,
        CreationTime = config.CreationTime,
        Config = config.Config,
        Inputs = config.Inputs,
        Outputs = config.Outputs,
        Options = config.Options,
    };

    /// <summary>What an agent gets of a config: its hooks take for granted what a client may leave out.</summary>
    public static ConfigView ForAgent(SoftwareConfig config) => Of(config) with
    {
        Inputs = DeclarationDefaults.OfInputs(config.Inputs),
        Outputs = DeclarationDefaults.OfOutputs(config.Outputs),
    };
}

/// <summary>A config in a list: without what it runs.</summary>
public sealed record ConfigSummary
{
    /// <summary>The UUID of the config.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string? Name { get; init; }

    /// <summary>Which of the agent's hooks runs it.</summary>
    public required string? Group { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTime CreationTime { get; init; }
}

/// <summary>The answer with one config.</summary>
/// <param name="SoftwareConfig">The config.</param>
public sealed record ConfigEnvelope(ConfigView SoftwareConfig);

/// <summary>The answer with the configs of a project.</summary>
/// <param name="SoftwareConfigs">The configs, newest first.</param>
public sealed record ConfigList(IReadOnlyList<ConfigSummary> SoftwareConfigs)
{
    /// <summary>The next page, where a limit cut the list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Link>? SoftwareConfigsLinks { get; init; }

    /// <summary>The same under the name that the public cloud's Go client looks for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Link>? SoftwareConfigLinks { get; init; }
}

/// <summary>What a server has to run.</summary>
/// <param name="Metadata">The configs of its deployments, in the order in which the agent runs them: one entry a deployment.</param>
public sealed record ServerMetadata(IReadOnlyList<ConfigView> Metadata);
