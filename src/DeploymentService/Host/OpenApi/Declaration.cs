using System.ComponentModel.DataAnnotations;
using DeploymentService.Configs;
using DeploymentService.Http.OpenApi;
using DeploymentService.Json;

namespace DeploymentService.Host.OpenApi;

/// <summary>A declared input of a config. An unknown key is refused.</summary>
// Nothing is read into this: it describes to the document what Configs.Declarations accepts.
public sealed record InputDeclaration
{
    /// <summary>The name by which deployments give the input a value.</summary>
    [MinLength(1)]
    public required string Name { get; init; }

    /// <summary>What it is, for people.</summary>
    public string? Description { get; init; }

    /// <summary>The type of its values; absent is `String`.</summary>
    [OneOf(typeof(Declarations))]
    public string? Type { get; init; }

    /// <summary>The value where a deployment gives none. It must fit the type.</summary>
    public JsonText? Default { get; init; }

    /// <summary>Whether another value makes a new deployment.</summary>
    [AlsoAsText]
    public bool? ReplaceOnChange { get; init; }

    /// <summary>A value.</summary>
    public JsonText? Value { get; init; }

    /// <summary>Whether clients should hide the values.</summary>
    [AlsoAsText]
    public bool? Hidden { get; init; }
}

/// <summary>A declared output of a config. An unknown key is refused.</summary>
// As above.
public sealed record OutputDeclaration
{
    /// <summary>The name by which the agent reports a value.</summary>
    [MinLength(1)]
    public required string Name { get; init; }

    /// <summary>What it is, for people.</summary>
    public string? Description { get; init; }

    /// <summary>The type of its values; absent is `String`.</summary>
    [OneOf(typeof(Declarations))]
    public string? Type { get; init; }

    /// <summary>Whether a value of it means that the deployment failed.</summary>
    [AlsoAsText]
    public bool? ErrorOutput { get; init; }
}

/// <summary>Says that a Boolean may also be the text `true` or `false`, as Heat takes it and gives it back.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AlsoAsTextAttribute : Attribute;
