using DeploymentService.Storage;

namespace DeploymentService.Backup;

/// <summary>A database that a command works on, with its writer, and without the service.</summary>
internal sealed class OpenedDatabase : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private OpenedDatabase(ServiceProvider services) => _services = services;

    public IDatabaseReader Reader => _services.GetRequiredService<IDatabaseReader>();

    public GroupCommitWriter Writer => _services.GetRequiredService<GroupCommitWriter>();

    public EventLog Log => _services.GetRequiredService<EventLog>();

    /// <summary>Brings it up to date and starts the writer.</summary>
    /// <exception cref="DatabaseUnusableException">It cannot be used, or the service has it.</exception>
    public static async Task<OpenedDatabase> OpenAsync(DatabaseOptions database, WritingOptions writing, TimeProvider time)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(time).AddDatabase(database);
        services.AddWriter(writing);
        var opened = new OpenedDatabase(services.BuildServiceProvider());
        try
        {
            opened._services.GetRequiredService<ISchema>().BringUpToDate();
            await opened.Writer.StartAsync(CancellationToken.None);
            return opened;
        }
        catch
        {
            await opened._services.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Writer.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
