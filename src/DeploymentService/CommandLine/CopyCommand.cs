using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using DeploymentService.Settings;
using DeploymentService.Storage;
using DeploymentService.Storage.Copy;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.CommandLine;

/// <summary>
/// <c>copy --to "Host=…"</c>: copies the database of the settings into an empty one, from one machine to many and back. The service must be stopped on SQLite; on PostgreSQL
/// it cannot write meanwhile.
/// </summary>
public static class CopyCommand
{
    /// <summary>Declares it.</summary>
    public static Command Create()
    {
        var to = new Option<string>("--to")
        {
            Description = "Where to: the connection string of an empty database, \"Host=…;Database=…;Username=…\" of PostgreSQL or \"Data Source=FILE\" of SQLite.",
            Required = true,
            HelpName = "CONNECTION",
        };
        var command = new Command("copy", "Copies the database into an empty one, such as from SQLite to PostgreSQL. The source stays as it is.") { to };
        command.SetAction((parsed, _) => CommandSettings.RunAsync(
            parsed, configuration => RunAsync(configuration, parsed.GetValue(to)!, parsed.InvocationConfiguration.Output)));
        return command;
    }

    private static async Task RunAsync(IConfiguration configuration, string to, TextWriter output)
    {
        var (source, target) = (Options(new SettingsReader(configuration)), Options(TargetSettings(to)));
        if (source == target)
        {
            throw new CommandFailedException("--to names the database that would be copied: name another one");
        }

        CommandSettings.RequireFile(source);
        await using var from = await OpenedDatabase.UpToDateAsync(source, TimeProvider.System);
        await using var into = await OpenedDatabase.UpToDateAsync(target, TimeProvider.System);
        try
        {
            await CopyAsync(from, into, target.Provider, output);
        }
        catch (Exception exception) when (((OpenedDatabase[])[from, into]).Select(end => end.Get<IDatabaseFaults>().Unavailable(exception)).FirstOrDefault(known => known is not null) is { } known)
        {
            throw new CommandFailedException($"Nothing was copied. {known.Message}");
        }
    }

    private static async Task CopyAsync(OpenedDatabase from, OpenedDatabase into, DatabaseProvider provider, TextWriter output)
    {
        var begun = Stopwatch.GetTimestamp();
        await using var reading = await from.Get<ICopyEngine>().ReadAsync();
        await using var writing = await into.Get<ICopyEngine>().WriteAsync();
        await using var context = await into.Get<IDbContextFactory<DeploymentDbContext>>().CreateDbContextAsync();
        var rows = await new DatabaseCopy(output.WriteLineAsync).RunAsync(CopyTable.All(context), reading, writing);
        await output.WriteLineAsync($"""
            {DatabaseCopy.Number(rows)} rows were copied in {Stopwatch.GetElapsedTime(begun).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s, and counted. The source is as it was.
            Now start the service with Database:Provider={provider} and ConnectionStrings:Deployments naming the copy, and with every other setting as before:
            keys, tokens and the positions of streams came along. Do not start it on the source again: what agents report there would be missing here.
            """);
    }

    private static SettingsReader TargetSettings(string to) => new(new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = DatabaseOptions.ProviderOf(to).ToString(),
            ["ConnectionStrings:Deployments"] = to,
        })
        .Build());

    private static DatabaseOptions Options(SettingsReader settings)
    {
        var options = DatabaseOptions.Read(settings);
        settings.ThrowIfAny();
        return options;
    }
}
