using DeploymentService.Storage;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Storage;

/// <summary>What the writer shows of itself.</summary>
public sealed class WriterTelemetryTests
{
    private const string Sizes = "deployments.writer.batch.size";
    private const string Times = "deployments.writer.commit.duration";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_waits_is_shown_and_all_are_counted_by_what_became_of_them()
    {
        await using var room = await WriterFixture.OpenAsync(queueCapacity: 2);
        var block = await room.BlockAsync();
        var queued = new[] { room.NoteAsync("one"), room.NoteAsync("two") };
        Assert.Equal(2, Observed(room, "deployments.writer.queue.length"));
        Assert.Equal(2, Observed(room, "deployments.writer.queue.capacity"));

        var impatient = room.NoteAsync("three");
        room.Time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<WriterBusyException>(() => impatient.WaitAsync(Patience));
        await block.EndAsync();
        await Task.WhenAll(queued).WaitAsync(Patience);
        await Assert.ThrowsAsync<InvalidDataException>(() => room.WriteAsync<bool>(_ => throw new InvalidDataException("broken")));

        Assert.Equal(0, Observed(room, "deployments.writer.queue.length"));
        // The one that held the writer is the third.
        string[] outcomes = ["stored", "queue_full", "refused", "failed"];
        Assert.Equal([3, 1, 0, 1], outcomes.Select(outcome => Observed(room, "deployments.writer.changes", outcome)));
    }

    [Fact]
    public async Task Each_batch_is_measured_once()
    {
        await using var room = await WriterFixture.OpenAsync();
        using var measured = new Measured(room.Meters, Sizes, Times);

        var block = await room.BlockAsync();
        var notes = Enumerable.Range(0, 7).Select(number => room.NoteAsync($"note {number}")).ToList();
        await block.EndAsync();
        await Task.WhenAll(notes).WaitAsync(Patience);

        Assert.Equal([1, 7], measured.Of(Sizes));
        var times = measured.Of(Times);
        Assert.Equal(2, times.Count);
        Assert.All(times, seconds => Assert.InRange(seconds, double.Epsilon, double.MaxValue));
    }

    private static long Observed(WriterFixture room, string name, string? outcome = null) => (long)Measured.Now(room.Meters, name, outcome).Sum();
}
