using System.CommandLine;
using DeploymentService.Settings;

namespace DeploymentService.CommandLine;

/// <summary>A file that a command is about.</summary>
internal static class FileArgument
{
    /// <summary>Declares it; its value is an absolute path.</summary>
    public static Argument<string> Of(string command, string description) => new("FILE")
    {
        Description = description,
        CustomParser = result =>
        {
            var name = result.Tokens[0].Value;
            if (name.Length > 0 && name[0] != '-')
            {
                return Path.GetFullPath(name);
            }

            // A setting in its place is taken for it.
            result.AddError($"Name the file before the settings: {ProgramArguments.Program} {command} FILE {name} …");
            return default;
        },
    };
}
