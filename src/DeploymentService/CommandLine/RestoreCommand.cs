using System.CommandLine;
using System.Globalization;
using DeploymentService.Backup;
using DeploymentService.Storage;
using DeploymentService.Storage.Backup;

namespace DeploymentService.CommandLine;

/// <summary>
/// <c>restore FILE</c>: puts a copy in the place of the database of a stopped service, and keeps the old one. <c>after-restore</c>: what has to be done where something else put
/// the copy there.
/// </summary>
public static class RestoreCommand
{
    /// <summary>Declares it.</summary>
    public static Command Create(TimeProvider time)
    {
        var file = FileArgument.Of("restore", "The copy, as `backup` made it. It stays as it is.");
        var command = new Command("restore", "Puts a copy in the place of the database, and keeps the old one beside it. The service must be stopped. Of PostgreSQL it says what to run.") { file };
        command.SetAction((parsed, _) => CommandSettings.RunAsync(parsed, async configuration =>
        {
            var settings = DatabaseSettings.Read(configuration);
            var path = parsed.GetValue(file)!;
            await using var database = OpenedDatabase.AsItIs(settings.Database, time);
            using var draft = database.Get<IBackupEngine>().Prepare(path);
            var jump = await RestoredDatabase.GoOnAsync(draft.Database, settings.Writing, settings.Runs, time);
            var aside = draft.PutInPlace(time.GetUtcNow().UtcDateTime);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"""
                {settings.Database.File} is now what {path} was: {draft.Content.Deployments:N0} deployments, and the events up to {draft.Content.LastEvent}.
                {Describe(jump)}
                {(aside is null ? "There was no database before." : $"What was there before is kept as {aside}: delete it when nobody needs it any more.")}
                """));
        }));
        return command;
    }

    /// <summary>Declares the other.</summary>
    public static Command CreateAfter(TimeProvider time)
    {
        var command = new Command("after-restore", "Lets a database go on that something else has restored, such as pg_restore: no number is given twice. Once, with the service stopped.");
        command.SetAction((parsed, _) => CommandSettings.RunAsync(parsed, async configuration =>
        {
            var settings = DatabaseSettings.Read(configuration);
            CommandSettings.RequireFile(settings.Database);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(Describe(await RestoredDatabase.GoOnAsync(settings.Database, settings.Writing, settings.Runs, time)));
        }));
        return command;
    }

    private static string Describe(JumpResult jump) => string.Create(
        CultureInfo.InvariantCulture,
        $"Numbers of events, states and runs go on behind {jump.Number}. {jump.Begun:N0} deployments that were in progress are run again.");
}
