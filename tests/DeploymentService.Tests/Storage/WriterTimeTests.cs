using DeploymentService.Storage;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Storage;

/// <summary>The time that the writer gives, and how long changes wait for it.</summary>
public sealed class WriterTimeTests
{
    [Fact]
    public async Task Times_are_whole_milliseconds_as_they_are_stored()
    {
        await using var fixture = await WriterFixture.OpenAsync();
        fixture.Time.Advance(TimeSpan.FromTicks(123_456_789));

        var now = await NowAsync(fixture);

        Assert.Equal(fixture.Time.GetUtcNow().UtcDateTime.Date.AddMilliseconds(12_345), now);
        Assert.Equal(DateTimeKind.Utc, now.Kind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public async Task A_clock_that_was_set_back_a_little_holds_time_until_it_has_caught_up(int seconds)
    {
        await using var fixture = await WriterFixture.OpenAsync();
        var before = await NowAsync(fixture);
        fixture.Time.AdjustTime(fixture.Time.GetUtcNow().AddSeconds(-seconds));

        Assert.Equal(before, await NowAsync(fixture));
        fixture.Time.Advance(TimeSpan.FromSeconds(seconds - 0.5));
        Assert.Equal(before, await NowAsync(fixture));
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(before.AddSeconds(1.5), await NowAsync(fixture));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_further_is_followed()
    {
        await using var fixture = await WriterFixture.OpenAsync();
        var before = await NowAsync(fixture);
        fixture.Time.AdjustTime(fixture.Time.GetUtcNow().AddSeconds(-61));

        Assert.Equal(before.AddSeconds(-61), await NowAsync(fixture));
    }

    [Fact]
    public async Task Behind_another_program_each_change_waits_its_own_time_however_many_batches_are_before_it()
    {
        // Forty batches. One after the other they would wait eight seconds.
        await using var fixture = await WriterFixture.OpenAsync(queueCapacity: 20_000);
        var hold = fixture.Database.Hold();
        var begun = System.Diagnostics.Stopwatch.StartNew();
        var changes = Enumerable.Range(0, 10_000).Select(_ => Assert.ThrowsAsync<WriterBusyException>(() => NowAsync(fixture))).ToList();

        await Task.WhenAll(changes).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.InRange(begun.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        hold.Dispose();
        await NowAsync(fixture);
    }

    [Fact]
    public async Task A_batch_ends_at_four_megabytes()
    {
        await using var fixture = await WriterFixture.OpenAsync();
        var block = await fixture.BlockAsync();
        var small = fixture.Writer.WriteAsync(new Sized(fixture, size: 100));
        var large = fixture.Writer.WriteAsync(new Sized(fixture, size: 4 * 1024 * 1024));
        var next = fixture.Writer.WriteAsync(new Sized(fixture, size: 100));
        await block.EndAsync();

        // What a reader sees of the two before it, while it is applied: they are stored.
        Assert.Equal((0, 0, 2), (await small, await large, await next));
    }

    private static Task<DateTime> NowAsync(WriterFixture fixture) => fixture.Writer.WriteAsync(new Now());

    private sealed class Now : Change<DateTime>
    {
        protected override DateTime Execute(IWriteTransaction rows) => rows.Now;
    }

    /// <summary>Writes a note; how many a reader sees meanwhile.</summary>
    private sealed class Sized(WriterFixture fixture, int size) : Change<long>
    {
        public override int Size => size;

        protected override long Execute(IWriteTransaction rows) => fixture.Note(rows, Guid.NewGuid().ToString());
    }
}
