using DeploymentService.Http;
using DeploymentService.Idempotency;
using DeploymentService.Json;
using FluentValidation;

namespace DeploymentService.Configs;

/// <summary>The body of <c>POST /v1/{project_id}/software_configs</c>. Fields that are not named here are ignored.</summary>
public sealed record CreateConfig : IdempotentBody
{
    /// <summary>A name; agents run the configs of a server in the order of their names. At most 255 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Which of the agent's hooks runs the config, for example <c>script</c>. At most 255 characters.</summary>
    public string? Group { get; init; }

    /// <summary>The script or manifest: any JSON value, mostly a string.</summary>
    public JsonText? Config { get; init; }

    /// <summary>The declared inputs: objects with <c>name</c> and optionally <c>description</c>, <c>type</c>, <c>default</c>, <c>replace_on_change</c>, <c>value</c>, <c>hidden</c>.</summary>
    public JsonText? Inputs { get; init; }

    /// <summary>The declared outputs: objects with <c>name</c> and optionally <c>description</c>, <c>type</c>, <c>error_output</c>.</summary>
    public JsonText? Outputs { get; init; }

    /// <summary>Options for the hook: any JSON value.</summary>
    public JsonText? Options { get; init; }

    /// <summary>How many bytes are kept of it.</summary>
    internal long Size => new[] { Config, Inputs, Outputs, Options }.Sum(text => text?.Utf8.Length ?? 0L);

    /// <summary>Reads the body.</summary>
    public static ValueTask<CreateConfig?> BindAsync(HttpContext http) => JsonBody.ReadAsync(http, fields => new CreateConfig
    {
        Name = fields.Text("name"),
        Group = fields.Text("group"),
        Config = fields.Any("config"),
        Inputs = fields.List("inputs"),
        Outputs = fields.List("outputs"),
        Options = fields.Any("options"),
        BindingErrors = fields.Faults,
    });
}

/// <summary>The rules of <see cref="CreateConfig"/>.</summary>
public sealed class CreateConfigValidator : JsonRequestValidator<CreateConfig>
{
    /// <summary>Sets the rules up.</summary>
    public CreateConfigValidator()
    {
        RuleFor(config => config.Name).AtMost(255);
        RuleFor(config => config.Group).AtMost(255);
        RuleFor(config => config.Inputs).Custom((inputs, context) => Declarations.CheckInputs(inputs, context.AddFailure));
        RuleFor(config => config.Outputs).Custom((outputs, context) => Declarations.CheckOutputs(outputs, context.AddFailure));
    }
}
