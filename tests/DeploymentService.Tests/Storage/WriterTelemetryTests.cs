using System.Diagnostics.Metrics;
using DeploymentService.Storage;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Storage;

/// <summary>What the writer shows of itself.</summary>
public sealed class WriterTelemetryTests
{
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
        var (sizes, times) = (new List<int>(), new List<double>());
        using var listener = Listener(room, "deployments.writer.batch.size", "deployments.writer.commit.duration");
        listener.SetMeasurementEventCallback<int>((_, size, _, _) => sizes.Add(size));
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => times.Add(seconds));
        listener.Start();

        var block = await room.BlockAsync();
        var notes = Enumerable.Range(0, 7).Select(number => room.NoteAsync($"note {number}")).ToList();
        await block.EndAsync();
        await Task.WhenAll(notes).WaitAsync(Patience);

        Assert.Equal([1, 7], sizes);
        Assert.Equal(2, times.Count);
        Assert.All(times, seconds => Assert.InRange(seconds, double.Epsilon, double.MaxValue));
    }

    private static long Observed(WriterFixture room, string name, string? outcome = null)
    {
        var sum = 0L;
        using var listener = Listener(room, name);
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => sum += outcome is null || Equals(tags[0].Value, outcome) ? value : 0);
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => sum += value);
        listener.Start();
        listener.RecordObservableInstruments();
        return sum;
    }

    /// <summary>Hears of this writer's instruments alone: a listener hears of all that a process has.</summary>
    private static MeterListener Listener(WriterFixture room, params string[] names) => new()
    {
        InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == room.Meters && names.Contains(instrument.Name))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        },
    };
}
