using DeploymentService.Storage;
using DeploymentService.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Support;

/// <summary>The writer on a real file, without anything around it.</summary>
public sealed class WriterFixture : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ServiceProvider _services;

    private WriterFixture(int queueCapacity)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Time);
        services.AddDatabase(new DatabaseOptions
        {
            Provider = DatabaseProvider.Sqlite,
            ConnectionString = $"Data Source={_folder.At("deployments.db")}",
            BusyTimeout = TimeSpan.FromMilliseconds(200),
            File = _folder.At("deployments.db"),
        });
        services.AddWriter(new WritingOptions { QueueCapacity = queueCapacity, QueueTimeout = TimeSpan.FromSeconds(2) });
        _services = services.BuildServiceProvider();
    }

    public FakeTimeProvider Time { get; } = new();

    public GroupCommitWriter Writer => _services.GetRequiredService<GroupCommitWriter>();

    public SqliteReaders Readers => _services.GetRequiredService<SqliteReaders>();

    /// <summary>A writer that runs, and a table of notes for it.</summary>
    public static async Task<WriterFixture> OpenAsync(int queueCapacity = 4096)
    {
        var room = new WriterFixture(queueCapacity);
        room._services.GetRequiredService<ISchema>().BringUpToDate();
        await room.Writer.StartAsync(CancellationToken.None);
        await room.WriteAsync(session =>
        {
            session.Run("CREATE TABLE notes (text TEXT NOT NULL UNIQUE)");
            return true;
        });
        return room;
    }

    /// <summary>Hands in a change.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> execute) => Writer.WriteAsync(new AnyChange<T>(execute));

    /// <summary>Writes a note; what a reader sees of all notes meanwhile.</summary>
    public Task<long> NoteAsync(string text) => WriteAsync(session => Note(session, text));

    /// <summary>The same inside a change.</summary>
    public long Note(IWriteTransaction rows, string text) => Note(rows.Sqlite(), text);

    private long Note(SqliteSession session, string text)
    {
        session.Prepare(InsertNote).Bind(1, text).Execute();
        return Notes();
    }

    /// <summary>How many notes are on the disk.</summary>
    public long Notes() => Readers.Read(
        static (session, _) =>
        {
            var row = session.Prepare(CountNotes);
            row.Step();
            var count = row.Integer(0);
            row.Reset();
            return count;
        },
        0);

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

    /// <summary>Another program's connection.</summary>
    public SqliteConnection OtherProgram()
    {
        var connection = new SqliteConnection($"Data Source={_folder.At("deployments.db")};Pooling=false");
        connection.Open();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    private const string InsertNote = "INSERT INTO notes VALUES (?1)";
    private const string CountNotes = "SELECT count(*) FROM notes";

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

    private sealed class AnyChange<T>(Func<SqliteSession, T> execute) : Change<T>
    {
        protected override T Execute(IWriteTransaction rows) => execute(rows.Sqlite());
    }
}
