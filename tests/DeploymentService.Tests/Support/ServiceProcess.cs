using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace DeploymentService.Tests.Support;

/// <summary>The real program as a process of its own, to be killed, stopped and started again on the same folder.</summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    /// <summary>The secret of the admin token unless a test wants the program to make one.</summary>
    public const string AdminToken = "admin-token-of-a-process-0123456789";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly ConcurrentDictionary<Process, bool> Running = new();

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _ended;

    // Not even a run of the tests that is broken off leaves a process behind.
    static ServiceProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Running.Keys.ToList().ForEach(Kill);

    private ServiceProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Take(_errors, line.Data);
        _process.Start();
        Running[_process] = true;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _ended = EndAsync();
    }

    /// <summary>Standard output so far, line by line.</summary>
    public IReadOnlyCollection<string> Output => _output;

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>How many threads it has.</summary>
    public int Threads
    {
        get
        {
            _process.Refresh();
            return _process.Threads.Count;
        }
    }

    /// <summary>Standard error so far.</summary>
    public string Errors => string.Join('\n', _errors);

    /// <summary>Starts the program on the folder's database and a port that is free.</summary>
    /// <param name="folder">Its working directory; the database is that of <c>data</c> below it (<see cref="TestDatabase"/>) unless a setting says something else.</param>
    /// <param name="settings">On its command line, <c>key=value</c>.</param>
    /// <param name="environment">Variables for it.</param>
    public static ServiceProcess Start(string folder, IEnumerable<string>? settings = null, params (string Name, string Value)[] environment) =>
        StartWith(folder, (settings ?? []).Select(setting => "--" + setting), environment);

    /// <summary>Starts the program with a command line as it is.</summary>
    public static ServiceProcess StartWith(string folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "DeploymentService.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // On SQLite it is where it is without a setting.
        foreach (var (key, value) in TestEngine.IsPostgres ? TestDatabase.In(Path.Combine(folder, "data")).Settings : new Dictionary<string, string>())
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        // It runs for a second or two: code that is made better by counting calls never pays.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Authentication__BootstrapToken"] = AdminToken;
        // A quick machine makes more updates with one token than it may have otherwise.
        start.Environment["Limits__RequestsPerSecond"] = "1000000";
        start.Environment["Limits__RequestBurst"] = "1000000";
        // No balancer is to be told.
        start.Environment["Stopping__DrainSeconds"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ServiceProcess(start);
    }

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<ServiceProcess> StartedAsync(string folder, IEnumerable<string>? settings = null, params (string Name, string Value)[] environment)
    {
        var service = Start(folder, settings, environment);
        try
        {
            await service.AddressAsync();
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where it listens, once it says so on its console.</summary>
    public Task<Uri> AddressAsync() => _address.Task.WaitAsync(Patience);

    /// <summary>A client with the admin's token.</summary>
    public async Task<HttpClient> ClientAsync(string token = AdminToken)
    {
        var client = new HttpClient { BaseAddress = await AddressAsync() };
        client.DefaultRequestHeaders.Add("X-Auth-Token", token);
        return client;
    }

    /// <summary>kill -9: it can do nothing about it.</summary>
    public async Task KillAsync()
    {
        Kill(_process);
        await _ended.WaitAsync(Patience);
    }

    /// <summary>Asks it to stop, as a service manager does; its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await TerminateAsync();
        return await ExitCodeAsync();
    }

    /// <summary>Asks it to stop, and does not wait until it has.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until it has ended by itself; its exit code.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await _ended.WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    private async Task EndAsync()
    {
        await _process.WaitForExitAsync();
        Running.TryRemove(_process, out _);
        _address.TrySetException(new InvalidOperationException($"It ended with {_process.ExitCode}.\n{string.Join('\n', _output)}\n{Errors}"));
        // Nobody may have asked for the address.
        _ = _address.Task.Exception;
    }

    private void Take(ConcurrentQueue<string> lines, string? line)
    {
        if (line is null)
        {
            return;
        }

        lines.Enqueue(line);
        if (line.Contains("Now listening on", StringComparison.Ordinal))
        {
            _address.TrySetResult(new Uri(Url().Match(line).Value));
        }
    }

    [GeneratedRegex("https?://[^\"\\s]+")]
    private static partial Regex Url();
}
