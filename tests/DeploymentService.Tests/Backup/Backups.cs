using System.Diagnostics;
using DeploymentService.CommandLine;
using DeploymentService.Tests.Support;
using Npgsql;

namespace DeploymentService.Tests.Backup;

/// <summary>Backs databases up and restores them as an operator does, on either engine.</summary>
internal static class Backups
{
    /// <summary>Copies the database of a folder, whether an application runs on it or not.</summary>
    public static async Task TakeAsync(TempFolder from, string file)
    {
        if (TestEngine.IsPostgres)
        {
            await RunAsync("pg_dump", "--format=custom", $"--file={file}", $"--dbname={UrlOf(from)}");
        }
        else
        {
            await CommandAsync(from, "backup", file);
        }
    }

    /// <summary>Puts a copy in the place of the database of a folder, on which no application runs.</summary>
    public static async Task RestoreAsync(string file, TempFolder to)
    {
        if (TestEngine.IsPostgres)
        {
            await RunAsync("pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", $"--dbname={UrlOf(to)}", file);
            await CommandAsync(to, "after-restore");
        }
        else
        {
            await CommandAsync(to, "restore", file);
        }
    }

    /// <summary>Runs a command of the program on the database of a folder.</summary>
    public static async Task<string> CommandAsync(TempFolder folder, params string[] words)
    {
        var (code, output, errors) = await TryAsync(folder, words);
        Assert.Equal((0, ""), (code, errors));
        return output;
    }

    /// <summary>The same, whatever becomes of it.</summary>
    public static async Task<(int Code, string Output, string Errors)> TryAsync(TempFolder folder, params string[] words)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var code = await ProgramCommands.RunAsync([.. words, .. folder.Database.Arguments], TimeProvider.System, output, errors);
        return (code, $"{output}", $"{errors}");
    }

    private static string UrlOf(TempFolder folder)
    {
        var text = new NpgsqlConnectionStringBuilder(folder.Database.Settings["ConnectionStrings:Deployments"]);
        return $"postgresql://{text.Username}@{text.Host}:{text.Port}/{text.Database}";
    }

    private static async Task RunAsync(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(PostgresServer.Tool(tool), arguments) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal((0, ""), (process.ExitCode, errors));
    }
}
