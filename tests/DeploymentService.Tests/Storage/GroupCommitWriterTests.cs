using System.Data.Common;
using DeploymentService.Storage;
using DeploymentService.Storage.Sqlite;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Storage;

/// <summary>The writer: batches, faults, a full queue and the end.</summary>
public sealed class GroupCommitWriterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Changes_that_wait_together_are_stored_together()
    {
        await using var room = await WriterFixture.OpenAsync();
        var block = await room.BlockAsync();
        var notes = Enumerable.Range(0, 100).Select(number => room.NoteAsync($"note {number}")).ToList();
        await block.EndAsync();

        // While each of them was applied, a reader saw none: they were one transaction.
        Assert.All(await Task.WhenAll(notes), seen => Assert.Equal(0, seen));
        Assert.Equal(100, room.Notes());
    }

    [Fact]
    public async Task A_bad_change_fails_alone()
    {
        await using var room = await WriterFixture.OpenAsync();
        var block = await room.BlockAsync();
        var before = room.NoteAsync("one");
        var twice = room.NoteAsync("one");
        var broken = room.WriteAsync<bool>(_ => throw new InvalidDataException("broken"));
        var after = room.NoteAsync("two");
        await block.EndAsync();

        await Task.WhenAll(before, after).WaitAsync(Patience);
        Assert.Contains("unique", (await Assert.ThrowsAnyAsync<DbException>(() => twice)).Message, StringComparison.OrdinalIgnoreCase);
        await Assert.ThrowsAsync<InvalidDataException>(() => broken);
        Assert.Equal(2, room.Notes());
    }

    [SqliteFact]
    public async Task A_statement_that_a_fault_left_in_the_middle_can_be_used_again()
    {
        await using var room = await WriterFixture.OpenAsync();
        const string insert = "INSERT INTO notes VALUES (?1) RETURNING text";
        await Assert.ThrowsAsync<InvalidDataException>(() => room.WriteAsync<bool>(rows =>
        {
            rows.Sqlite().Prepare(insert).Bind(1, "one").Step();
            throw new InvalidDataException("A row that could not be read.");
        }));

        await room.WriteAsync(rows => rows.Sqlite().Prepare(insert).Bind(1, "two").Execute());
        Assert.Equal(1, room.Notes());
    }

    [Fact]
    public async Task A_full_queue_makes_callers_wait_and_then_refuses_them()
    {
        await using var room = await WriterFixture.OpenAsync(queueCapacity: 2);
        var block = await room.BlockAsync();
        var queued = new[] { room.NoteAsync("one"), room.NoteAsync("two") };
        var patient = room.NoteAsync("three");
        Assert.False(patient.IsCompleted);

        room.Time.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<WriterBusyException>(() => patient.WaitAsync(Patience));
        await block.EndAsync();
        await Task.WhenAll(queued).WaitAsync(Patience);
        Assert.Equal(2, room.Notes());
    }

    [Fact]
    public async Task A_caller_that_waits_for_a_place_gets_it()
    {
        await using var room = await WriterFixture.OpenAsync(queueCapacity: 1);
        var block = await room.BlockAsync();
        var notes = Enumerable.Range(0, 10).Select(number => room.NoteAsync($"note {number}")).ToList();
        await block.EndAsync();

        await Task.WhenAll(notes).WaitAsync(Patience);
        Assert.Equal(10, room.Notes());
    }

    [Fact]
    public async Task A_stop_stores_what_is_queued_and_leaves_nobody_waiting()
    {
        await using var room = await WriterFixture.OpenAsync(queueCapacity: 300);
        var block = await room.BlockAsync();
        var queued = Enumerable.Range(0, 300).Select(number => room.NoteAsync($"queued {number}")).ToList();
        var outside = room.NoteAsync("outside");

        var stop = room.Writer.StopAsync(CancellationToken.None);
        var late = room.NoteAsync("late");
        await block.EndAsync();

        await stop.WaitAsync(Patience);
        await Task.WhenAll(queued).WaitAsync(Patience);
        await Assert.ThrowsAsync<WriterBusyException>(() => outside.WaitAsync(Patience));
        await Assert.ThrowsAsync<WriterBusyException>(() => late.WaitAsync(Patience));
        Assert.Equal(300, room.Notes());
        Assert.False(room.Writer.IsRunning);
    }

    [Fact]
    public async Task A_whole_batch_waits_only_once_for_another_program()
    {
        await using var room = await WriterFixture.OpenAsync();
        var hold = room.Database.Hold();

        // The first waits alone and the others behind it. Two hundred milliseconds each, one after the other, would be twenty seconds.
        var ends = Enumerable.Range(0, 100).Select(number => Assert.ThrowsAsync<WriterBusyException>(() => room.NoteAsync($"note {number}")));
        await Task.WhenAll(ends).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, room.Notes());
        hold.Dispose();
        await room.NoteAsync("taken").WaitAsync(Patience);
    }

    [SqliteFact]
    public async Task A_full_disk_refuses_changes_and_serves_reads_until_there_is_room()
    {
        await using var room = await WriterFixture.OpenAsync();
        await room.NoteAsync("before");
        await SetLargestAsync(room, pages: 1);
        var large = new string('x', 100_000);

        var block = await room.BlockAsync();
        var refused = Enumerable.Range(0, 10).Select(number => room.NoteAsync($"{number} {large}")).ToList();
        await block.EndAsync();

        foreach (var note in refused)
        {
            await Assert.ThrowsAsync<WriterBusyException>(() => note.WaitAsync(Patience));
        }

        Assert.Equal(1, room.Notes());
        await SetLargestAsync(room, pages: 1_000_000);
        await room.NoteAsync(large).WaitAsync(Patience);
        Assert.Equal(2, room.Notes());
    }

    [SqliteFact]
    public async Task A_writer_without_its_connection_refuses_instead_of_hanging()
    {
        await using var room = await WriterFixture.OpenAsync();
        var block = await room.BlockAsync();
        var lost = room.WriteAsync(rows =>
        {
            rows.Sqlite().Dispose();
            return true;
        });
        var behind = room.NoteAsync("behind");
        await block.EndAsync();

        await Assert.ThrowsAsync<WriterBusyException>(() => lost.WaitAsync(Patience));
        await Assert.ThrowsAsync<WriterBusyException>(() => behind.WaitAsync(Patience));
        await Assert.ThrowsAsync<WriterBusyException>(() => room.NoteAsync("late").WaitAsync(Patience));
    }

    // SQLite takes a limit below the present size for the present size.
    private static Task<bool> SetLargestAsync(WriterFixture room, int pages) => room.WriteAsync(rows =>
    {
        rows.Sqlite().Run($"PRAGMA max_page_count = {pages}");
        return true;
    });
}
