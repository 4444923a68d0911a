namespace DeploymentService.Storage;

/// <summary>A database that a command works on, without the service.</summary>
public sealed class OpenedDatabase : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private GroupCommitWriter? _started;

    private OpenedDatabase(ServiceProvider services) => _services = services;

    /// <summary>Reads it.</summary>
    public IDatabaseReader Reader => Get<IDatabaseReader>();

    /// <summary>Writes to it, where it was opened for that.</summary>
    public GroupCommitWriter Writer => Get<GroupCommitWriter>();

    /// <summary>The log that is appended to.</summary>
    public EventLog Log => Get<EventLog>();

    /// <summary>Takes it as it is: nothing is opened before it is asked for.</summary>
    public static OpenedDatabase AsItIs(DatabaseOptions database, TimeProvider time) =>
        new(new ServiceCollection().AddLogging().AddSingleton(time).AddDatabase(database).BuildServiceProvider());

    /// <summary>Brings its schema up to date.</summary>
    /// <exception cref="DatabaseUnusableException">It cannot be used, or the service has it.</exception>
    public static async Task<OpenedDatabase> UpToDateAsync(DatabaseOptions database, TimeProvider time) => await AsItIs(database, time).BringUpToDateAsync();

    /// <summary>The same, and starts the writer.</summary>
    /// <exception cref="DatabaseUnusableException">It cannot be used, or the service has it.</exception>
    public static async Task<OpenedDatabase> ToWriteAsync(DatabaseOptions database, WritingOptions writing, TimeProvider time)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(time).AddDatabase(database);
        services.AddWriter(writing);
        return await new OpenedDatabase(services.BuildServiceProvider()).BringUpToDateAsync(startsWriter: true);
    }

    /// <summary>What the engine has for a purpose.</summary>
    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await (_started?.StopAsync(CancellationToken.None) ?? Task.CompletedTask);
        await _services.DisposeAsync();
    }

    private async Task<OpenedDatabase> BringUpToDateAsync(bool startsWriter = false)
    {
        try
        {
            Get<ISchema>().BringUpToDate();
            if (startsWriter)
            {
                await Writer.StartAsync(CancellationToken.None);
                _started = Writer;
            }

            return this;
        }
        catch
        {
            await _services.DisposeAsync();
            throw;
        }
    }
}
