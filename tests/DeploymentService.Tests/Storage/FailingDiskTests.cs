using System.Runtime.InteropServices;
using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Support;
using Serilog.Events;

namespace DeploymentService.Tests.Data;

/// <summary>A disk that cannot be read: 503 with a time to try again, one line in the log, and all is well when it can be read again.</summary>
public sealed class FailingDiskTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SqliteFact]
    public async Task A_read_that_fails_is_503_and_the_next_one_is_answered()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var file = _folder.At("deployments.db");
        using var logged = new LoggedApp(_ => { }, folder: _folder.Name);
        var project = new Project(logged.App);
        var id = await project.DeploymentAsync();
        // A read, so that sessions are open, and then a change, after which they have to read the file anew.
        Assert.Equal(200, (await project.SendAsync("GET", $"software_deployments/{id}")).Status);
        _folder.Database.Execute("UPDATE software_configs SET name = name; PRAGMA wal_checkpoint(TRUNCATE)");

        List<Answer> answers = [];
        using (new UnreadableFile(file))
        {
            answers.Add(await project.SendAsync("GET", $"software_deployments/{id}"));
            answers.Add(await project.SendAsync("GET", "tokens", token: ServiceApp.AdminToken));
        }

        var refused = answers.First();
        Assert.Contains("The disk fails to read", refused.AssertRefused(503), StringComparison.Ordinal);
        Assert.Equal("1", refused.Headers["retry-after"]);
        Assert.DoesNotContain(answers, answer => answer.Status == 500);
        // Each session that met the fault is thrown away.
        await Until.StatusAsync(200, () => project.SendAsync("GET", $"software_deployments/{id}"));

        Assert.Equal(200, (await logged.App.SendRawAsync("GET", "/health/ready")).Status);
        Assert.DoesNotContain(logged.Log.Events, evt => CapturedLog.Whole(evt).Contains("   at ", StringComparison.Ordinal));
        Assert.Contains(logged.Log.Events, evt => evt.Level == LogEventLevel.Error);
    }

    /// <summary>Makes every open handle of a file one that is for writing alone, so that the system refuses all reads, until it ends.</summary>
    private sealed class UnreadableFile : IDisposable
    {
        private const int ForWriting = 1;

        private readonly List<(int Handle, int Saved)> _handles = [];
        private readonly string _file;
        private readonly int _unreadable;

        public UnreadableFile(string file)
        {
            _file = file;
            var links = Directory.GetFiles("/proc/self/fd");
            _unreadable = open(file, ForWriting);
            foreach (var link in links)
            {
                if (new FileInfo(link).LinkTarget == _file)
                {
                    var handle = int.Parse(Path.GetFileName(link), System.Globalization.CultureInfo.InvariantCulture);
                    _handles.Add((handle, dup(handle)));
                    Assert.Equal(handle, dup2(_unreadable, handle));
                }
            }

            Assert.NotEmpty(_handles);
        }

        public void Dispose()
        {
            foreach (var (handle, saved) in _handles)
            {
                // A session that was closed meanwhile has left its number to somebody else.
                if (Target(handle) == _file)
                {
                    _ = dup2(saved, handle);
                }

                _ = close(saved);
            }

            _ = close(_unreadable);
        }

        private static string? Target(int handle) => new FileInfo($"/proc/self/fd/{handle}").LinkTarget;

        [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int open(string file, int flags);

        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int dup(int handle);

        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int dup2(int handle, int place);

        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int close(int handle);
    }
}
