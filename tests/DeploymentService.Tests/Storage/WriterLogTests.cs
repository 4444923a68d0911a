using DeploymentService.Storage;
using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DeploymentService.Tests.Storage;

/// <summary>What the log says of changes that were not stored: the reason, and not what EF Core has put around it.</summary>
public sealed class WriterLogTests
{
    private const string Outer = "An error occurred. See the inner exception for details.";

    private static readonly DbUpdateException Full = new(Outer, new PostgresException("No space left on device", "ERROR", "ERROR", PostgresErrorCodes.DiskFull));

    [Fact]
    public async Task Of_a_batch_that_is_replayed_it_says_why()
    {
        using var logged = new LoggedApp();
        using var gate = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var block = logged.App.ChangeAsync(_ =>
        {
            entered.SetResult();
            gate.Wait();
        });
        await entered.Task;
        var broken = logged.App.ChangeAsync(_ => throw new DbUpdateException(Outer, new InvalidDataException("The reason")));
        var sound = logged.App.ChangeAsync(_ => { });
        gate.Set();

        await Task.WhenAll(block, sound);
        await Assert.ThrowsAsync<DbUpdateException>(() => broken);
        Assert.Equal("The reason", await ReasonAsync(logged, "replayed"));
    }

    [PostgresFact]
    public async Task Of_a_change_that_is_refused_it_says_why()
    {
        using var logged = new LoggedApp(_ => { }, new() { ["Database:BusyTimeoutMilliseconds"] = "200" });

        await Assert.ThrowsAsync<WriterBusyException>(() => logged.App.ChangeAsync(_ => throw Full));

        Assert.Contains("No space left on device", await ReasonAsync(logged, "were refused"), StringComparison.Ordinal);
    }

    [Fact]
    public void And_so_it_does_where_somebody_could_not_go_on_for_it() =>
        Assert.Equal("Try again. (53100: No space left on device)", new DatabaseUnavailableException("Try again.", Full).ToString());

    private static async Task<string> ReasonAsync(LoggedApp logged, string template)
    {
        await logged.Log.UntilAsync(template);
        return (string)CapturedLog.Value(logged.Log.Events.First(evt => evt.MessageTemplate.Text.Contains(template, StringComparison.Ordinal)), "Reason")!;
    }
}
