using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using DeploymentService.Retention;
using DeploymentService.Settings;
using DeploymentService.Storage;

namespace DeploymentService.CommandLine;

/// <summary><c>purge --dry-run [--list]</c>: says what the retention would remove now. It only reads, beside a service that runs.</summary>
public static class PurgeCommand
{
    private const string Refusal = "The service removes by itself what the settings of Retention name, every hour: add --dry-run to see what that would be now";

    /// <summary>Declares it.</summary>
    public static Command Create(TimeProvider time)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say it. Without it the command is refused: the service removes by itself." };
        var list = new Option<bool>("--list") { Description = "Say it of each row, with its id." };
        var command = new Command("purge", "Says what the service would remove now by the settings of Retention, beside a service that runs.") { dryRun, list };
        command.SetAction((parsed, _) => CommandSettings.RunAsync(parsed, configuration => parsed.GetValue(dryRun)
            ? RunAsync(configuration, parsed.GetValue(list), time, parsed.InvocationConfiguration.Output)
            : throw new CommandFailedException(Refusal)));
        return command;
    }

    private static async Task RunAsync(IConfiguration configuration, bool lists, TimeProvider time, TextWriter output)
    {
        var settings = new SettingsReader(configuration);
        var database = DatabaseOptions.Read(settings) with { IsReadOnly = true };
        var options = RetentionOptions.Read(settings);
        settings.ThrowIfAny();
        if (options.IsOff)
        {
            await output.WriteLineAsync("Nothing is ever removed: Retention:DeploymentDays, RunDays, RolloutDays and ConfigDays are 0. Give them here to see what they would do.");
            return;
        }

        CommandSettings.RequireFile(database);
        await using var opened = OpenedDatabase.AsItIs(database, TimeProvider.System);
        try
        {
            var preview = new RetentionPreview(opened.Reader, options, time.GetUtcNow().UtcDateTime);
            var found = await preview.LookAsync((kind, project, id, at) => lists ? output.WriteLineAsync($"{kind} {project} {id} {at:s}Z") : Task.CompletedTask);
            await output.WriteLineAsync(found.Count == 0 ? "Nothing would be removed now." : Table(found));
        }
        catch (DbException exception) when (opened.Get<IDatabaseFaults>().Unavailable(exception) is null)
        {
            throw new CommandFailedException($"The database cannot be read ({exception.Message}): if the service of this version has never run on it, start that first");
        }
    }

    private static string Table(IReadOnlyList<RetainedRows> found)
    {
        var rows = found.Select(rows => new[]
        {
            rows.Count.ToString("N0", CultureInfo.InvariantCulture), rows.Kind + (rows.Count == 1 ? "" : "s"), "of " + rows.ProjectId,
            $"{(rows.Kind == "config" ? "created" : "ended")} {rows.Oldest:s}Z to {rows.Newest:s}Z",
        }).ToList();
        var widths = Enumerable.Range(0, 3).Select(column => rows.Max(row => row[column].Length)).ToList();
        return string.Join('\n', rows.Select(row => $"{row[0].PadLeft(widths[0])} {row[1].PadRight(widths[1])} {row[2].PadRight(widths[2])} {row[3]}").Prepend("The service would remove now:"));
    }
}
