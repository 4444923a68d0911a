using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Storage;

/// <summary>Reading beside the writer.</summary>
public sealed class SqliteReadersTests
{
    [SqliteFact]
    public async Task A_query_that_failed_halfway_holds_no_snapshot()
    {
        await using var room = await WriterFixture.OpenAsync();
        await room.NoteAsync("one");
        Assert.Throws<InvalidDataException>(() => room.Readers.Read<int, bool>(
            (session, _) =>
            {
                session.Prepare("SELECT text FROM notes").Step();
                throw new InvalidDataException("A row that could not be read.");
            },
            0));
        await room.NoteAsync("two");

        // The journal can be folded into the file only when nobody looks at what was before.
        Assert.Equal(0, room.Database.Number("PRAGMA wal_checkpoint(TRUNCATE)"));
    }
}
