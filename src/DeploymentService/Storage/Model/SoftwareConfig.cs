using DeploymentService.Json;

namespace DeploymentService.Storage.Model;

/// <summary>A row of <c>software_configs</c>: a script or manifest. It never changes once it is there.</summary>
public sealed record SoftwareConfig
{
    /// <summary>The project that owns the config; first part of the primary key.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The UUID of the config; second part of the primary key.</summary>
    public required string Id { get; init; }

    /// <summary>The place in the order of creation, over all projects. Lists are sorted and paged by it.</summary>
    public required long Sequence { get; init; }

    /// <summary>A name for people and the order in which an agent runs its configs; at most 255 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Which of the agent's hooks runs it, for example <c>script</c>; at most 255 characters.</summary>
    public string? Group { get; init; }

    /// <summary>The script or manifest: any JSON value, mostly a string.</summary>
    public required JsonText Config { get; init; }

    /// <summary>A JSON list of the declared inputs, as sent.</summary>
    public required JsonText Inputs { get; init; }

    /// <summary>A JSON list of the declared outputs, as sent.</summary>
    public required JsonText Outputs { get; init; }

    /// <summary>Options for the hook: any JSON value.</summary>
    public required JsonText Options { get; init; }

    /// <summary>When the config was created, UTC.</summary>
    public required DateTime CreationTime { get; init; }

    /// <summary>How much of it is of a size that clients decide.</summary>
    internal int Bytes => Config.Utf8.Length + Inputs.Utf8.Length + Outputs.Utf8.Length + Options.Utf8.Length;

    /// <summary>A config that was to be created, as it was created before under another id.</summary>
    internal SoftwareConfig AsCreated(string id, DateTime creationTime) => this with { Id = id, CreationTime = creationTime };
}
