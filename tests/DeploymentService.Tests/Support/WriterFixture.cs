using System.Diagnostics.Metrics;
using DeploymentService.Storage;
using DeploymentService.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Support;

/// <summary>The writer on a real database, without anything around it.</summary>
public sealed class WriterFixture : IAsyncDisposable
{
    private static readonly Query<int, long> CountNotes = new("SELECT count(*) FROM notes", (_, _) => { }, row => row.Integer(0));
    private static readonly Statement<string> InsertNote = new("INSERT INTO notes VALUES ($1)", (parameters, text) => parameters.Add(text));

    private readonly TempFolder _folder = new();
    private readonly ServiceProvider _services;

    private WriterFixture(int queueCapacity)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Time);
        services.AddDatabase(TestDatabase.OptionsOf(new Dictionary<string, string>(Database.Settings) { ["Database:BusyTimeoutMilliseconds"] = "200" }));
        services.AddWriter(new WritingOptions { QueueCapacity = queueCapacity, QueueTimeout = TimeSpan.FromSeconds(2) });
        _services = services.BuildServiceProvider();
    }

    public FakeTimeProvider Time { get; } = new();

    public TestDatabase Database => _folder.Database;

    public GroupCommitWriter Writer => _services.GetRequiredService<GroupCommitWriter>();

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public SqliteReaders Readers => _services.GetRequiredService<SqliteReaders>();

    /// <summary>A writer that runs, and a table of notes for it.</summary>
    public static async Task<WriterFixture> OpenAsync(int queueCapacity = 4096)
    {
        var room = new WriterFixture(queueCapacity);
        room._services.GetRequiredService<ISchema>().BringUpToDate();
        await room.Writer.StartAsync(CancellationToken.None);
        room.Database.Execute("CREATE TABLE notes (text TEXT NOT NULL UNIQUE)");
        return room;
    }

    /// <summary>Hands in a change.</summary>
    public Task<T> WriteAsync<T>(Func<IWriteTransaction, T> execute) => Writer.WriteAsync(new AnyChange<T>(execute));

    /// <summary>Writes a note; what a reader sees of all notes meanwhile.</summary>
    public Task<long> NoteAsync(string text) => WriteAsync(rows => Note(rows, text));

    /// <summary>The same inside a change.</summary>
    public long Note(IWriteTransaction rows, string text)
    {
        rows.Execute(InsertNote, [text]);
        return Notes();
    }

    /// <summary>How many notes are on the disk.</summary>
    public long Notes() => _services.GetRequiredService<IDatabaseReader>().ListAsync(CountNotes, 0).AsTask().GetAwaiter().GetResult().Single();

    /// <summary>Holds the writer inside a change until it is let go.</summary>
    public async Task<Block> BlockAsync()
    {
        var block = new Block();
        block.Change = WriteAsync(_ =>
        {
            block.Entered.SetResult();
            block.Gate.Wait();
            return true;
        });
        await block.Entered.Task;
        return block;
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A change that holds the writer.</summary>
    public sealed class Block
    {
        internal TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal ManualResetEventSlim Gate { get; } = new();

        internal Task Change { get; set; } = Task.CompletedTask;

        public Task EndAsync()
        {
            Gate.Set();
            return Change;
        }
    }

    private sealed class AnyChange<T>(Func<IWriteTransaction, T> execute) : Change<T>
    {
        protected override T Execute(IWriteTransaction rows) => execute(rows);
    }
}
