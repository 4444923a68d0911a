using System.Runtime.InteropServices;

namespace DeploymentService.Checker;

/// <summary>
/// Random clients of a service, or of a balancer before many, who note every acknowledged answer. In the end all of them must be in the histories once, and histories,
/// streams, shows, lists and counts must agree. Exit code 1 when something was lost, doubled, stale, out of order or answered as it must not be.
/// </summary>
public static class Program
{
    /// <summary>Runs until the time is over, or until SIGTERM or SIGINT, and compares.</summary>
    public static async Task<int> Main(string[] args)
    {
        if (CheckerOptions.Parse(args) is not { } options)
        {
            await Console.Error.WriteLineAsync(CheckerOptions.Usage);
            return 2;
        }

        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var run = new CheckRun(options);
        return await run.RunAsync(stop.Token) ? 0 : 1;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}
