using DeploymentService.Storage;
using DeploymentService.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Support;

/// <summary>What can go wrong with an application's writer.</summary>
public static class BrokenWriter
{
    /// <summary>Runs something inside the writer, as a change.</summary>
    public static Task<bool> ChangeAsync(this ServiceApp app, Action<IWriteTransaction> execute) =>
        app.Services.GetRequiredService<GroupCommitWriter>().WriteAsync(new AnyChange(execute));

    /// <summary>Takes the connection of SQLite's writer away, with which its thread ends.</summary>
    public static Task EndWriterAsync(this ServiceApp app) =>
        Assert.ThrowsAsync<WriterBusyException>(() => app.ChangeAsync(rows => rows.Sqlite().Dispose()));

    private sealed class AnyChange(Action<IWriteTransaction> execute) : Change<bool>
    {
        protected override bool Execute(IWriteTransaction rows)
        {
            execute(rows);
            return true;
        }
    }
}
