using System.Diagnostics;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents.Script;

/// <summary>A test in each shell that agent.sh has to run in; skipped, and said so, where one of them is missing.</summary>
public sealed class ShellTheoryAttribute : TheoryAttribute
{
    public ShellTheoryAttribute() => Skip = Shell.Missing;
}

/// <summary>A server with a shell and curl, and a folder for what agent.sh remembers.</summary>
public sealed class Shell : IDisposable
{
    public const string Dash = "dash";
    public const string Busybox = "busybox";
    private readonly TempFolder _folder = new();
    private readonly string _kind;

    public Shell(string kind)
    {
        _kind = kind;
        Directory.CreateDirectory(Tools);
        Directory.CreateDirectory(State);
        if (kind == Busybox)
        {
            // Nothing of the host's but curl.
            using var install = Process.Start(Find(Busybox)!, ["--install", "-s", Tools]);
            install.WaitForExit();
            File.CreateSymbolicLink(Path.Combine(Tools, "curl"), Find("curl")!);
        }
        else
        {
            File.CreateSymbolicLink(Path.Combine(Tools, "sh"), Find(Dash)!);
        }
    }

    /// <summary>Why the tests do not run; null when they do.</summary>
    public static string? Missing { get; } = new[] { Dash, Busybox, "curl" }.FirstOrDefault(tool => Find(tool) is null) is { } tool ? $"skipped: there is no {tool} here" : null;

    /// <summary>What agent.sh remembers.</summary>
    public string State => _folder.At("state");

    /// <summary>A folder for the test.</summary>
    public string Folder => _folder.Name;

    private string Tools => _folder.At("tools");

    public void Dispose() => _folder.Dispose();

    /// <summary>Puts a program of the test in the place of a tool until the result is disposed of.</summary>
    public IDisposable Replace(string tool, string program)
    {
        var first = Directory.CreateDirectory(_folder.At("first")).FullName;
        File.WriteAllText(Path.Combine(first, tool), program);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(first, tool), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new Replacement(Path.Combine(first, tool));
    }

    /// <summary>Pipes a script to the shell, as the README's line does.</summary>
    public Process Start(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Tools, "sh"), ["-s", "--", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        start.Environment["PATH"] = $"{_folder.At("first")}:{Tools}{(_kind == Dash ? ":" + Environment.GetEnvironmentVariable("PATH") : "")}";
        start.Environment["AGENT_STATE"] = State;
        var process = Process.Start(start)!;
        process.StandardInput.Write(script);
        process.StandardInput.Close();
        return process;
    }

    /// <summary>The same to its end.</summary>
    public async Task<(int Code, string Output, string Errors)> RunAsync(string script, params string[] arguments)
    {
        using var process = Start(script, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }

    private static string? Find(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);

    private sealed class Replacement(string file) : IDisposable
    {
        public void Dispose() => File.Delete(file);
    }
}
