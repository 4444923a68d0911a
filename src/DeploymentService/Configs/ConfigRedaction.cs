using DeploymentService.Auth;
using DeploymentService.Secrets;

namespace DeploymentService.Configs;

/// <summary>Keeps the secrets of configs from those who may only read.</summary>
public static class ConfigRedaction
{
    /// <summary>A config as a caller may see it. What it runs stays as it is where it is a script, because whoever may read a script may read all of it.</summary>
    public static ConfigView For(this Redaction redaction, Caller caller, ConfigView view) => caller.SeesSecrets ? view : view with
    {
        Config = redaction.ScriptOf(view.Config),
        Inputs = redaction.JsonOf(view.Inputs),
        Options = redaction.JsonOf(view.Options),
    };
}
