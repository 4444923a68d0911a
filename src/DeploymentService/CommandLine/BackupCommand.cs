using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using DeploymentService.Storage;
using DeploymentService.Storage.Backup;

namespace DeploymentService.CommandLine;

/// <summary><c>backup FILE</c>: copies the database into a file, whether the service runs or not.</summary>
public static class BackupCommand
{
    /// <summary>Declares it.</summary>
    public static Command Create(TimeProvider time)
    {
        var file = FileArgument.Of("backup", "The copy. It has the signing keys and the hashes of the tokens, and is readable by its owner alone.");
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace the file where it is there, when the copy is whole." };
        var command = new Command("backup", "Copies the database into a file, while the service runs or not. Of PostgreSQL it says what to run.") { file, overwrite };
        command.SetAction((parsed, cancel) => CommandSettings.RunAsync(parsed, async configuration =>
        {
            var begun = Stopwatch.GetTimestamp();
            var path = parsed.GetValue(file)!;
            await using var database = OpenedDatabase.AsItIs(DatabaseSettings.Read(configuration).Database, time);
            var content = database.Get<IBackupEngine>().Save(path, parsed.GetValue(overwrite), cancel);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{path} is a copy of the database, and checked: {content.Bytes:N0} bytes, {content.Deployments:N0} deployments, the last event is {content.LastEvent}. It took {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s."));
        }));
        return command;
    }
}
