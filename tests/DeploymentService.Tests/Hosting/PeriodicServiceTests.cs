using System.Threading.Channels;
using DeploymentService.Hosting;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Hosting;

/// <summary>What is done again and again: when, and what becomes of a run that fails.</summary>
public sealed class PeriodicServiceTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Each_interval_has_a_run_from_the_start_on()
    {
        using var service = new Counted(_time);
        await service.StartAsync(default);

        for (var run = 1; run <= 3; run++)
        {
            _time.Advance(Interval - TimeSpan.FromTicks(1));
            Assert.Equal(run - 1, service.Begun);
            _time.Advance(TimeSpan.FromTicks(1));
            await service.RunAsync();
        }

        await service.StopAsync(default);
        _time.Advance(Interval);
        Assert.Equal(3, service.Begun);
    }

    [Fact]
    public async Task The_first_run_can_be_at_the_start_and_the_last_at_the_stop()
    {
        using var service = new Counted(_time, atStart: true, atStop: true);

        await service.StartAsync(default);
        await service.RunAsync();
        await service.StopAsync(default);

        Assert.Equal(2, service.Begun);
    }

    [Fact]
    public async Task Where_others_do_the_same_the_intervals_begin_at_a_moment_of_its_own()
    {
        var time = new DueClock(Interval / 4);
        using var service = new Counted(time, atStart: true) { PhaseOfItsOwn = 0.25 };
        await service.StartAsync(default);
        await service.RunAsync();
        await time.BegunAsync();

        time.Advance((Interval / 4) - TimeSpan.FromTicks(1));
        Assert.Equal(1, service.Begun);
        time.Advance(TimeSpan.FromTicks(1));
        await service.RunAsync();
        time.Advance(Interval - TimeSpan.FromTicks(1));
        Assert.Equal(2, service.Begun);
        time.Advance(TimeSpan.FromTicks(1));
        await service.RunAsync();

        await service.StopAsync(default);
        Assert.Equal(3, service.Begun);
    }

    [Fact]
    public async Task A_run_that_fails_is_logged_and_the_next_one_comes()
    {
        using var service = new Counted(_time, atStart: true, atStop: true) { Failure = new InvalidOperationException("A fault of a test.") };
        await service.StartAsync(default);
        await service.RunAsync();

        _time.Advance(Interval);
        await service.RunAsync();
        await service.StopAsync(default);

        Assert.Equal([service.Failure, service.Failure, service.Failure], service.Logged);
    }

    [Fact]
    public async Task Intervals_that_pass_during_a_run_are_made_up_for_by_one()
    {
        using var service = new Counted(_time, atStart: true) { Gate = new() };
        await service.StartAsync(default);
        await service.RunAsync();
        for (var interval = 0; interval < 5; interval++)
        {
            _time.Advance(Interval);
        }

        Assert.Equal(1, service.Begun);
        service.Gate.SetResult();
        await service.RunAsync();
        await service.StopAsync(default);

        Assert.Equal(2, service.Begun);
    }

    [Fact]
    public async Task A_stop_ends_the_run_and_that_is_no_failure()
    {
        using var service = new Counted(_time, atStart: true) { Gate = new() };
        await service.StartAsync(default);
        await service.RunAsync();

        await service.StopAsync(default).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal((1, 0), (service.Begun, service.Logged.Count));
    }

    private sealed class Counted(TimeProvider time, bool atStart = false, bool atStop = false) : PeriodicService(Interval, time)
    {
        private readonly Channel<bool> _runs = Channel.CreateUnbounded<bool>();
        private int _begun;

        public int Begun => Volatile.Read(ref _begun);

        public List<Exception> Logged { get; } = [];

        public Exception? Failure { get; init; }

        public TaskCompletionSource? Gate { get; init; }

        protected override bool RunsAtStart => atStart;

        public double? PhaseOfItsOwn { get; init; }

        protected override bool RunsAtStop => atStop;

        protected override bool IsDoneByOthers => PhaseOfItsOwn is not null;

        protected override double Phase => PhaseOfItsOwn!.Value;

        /// <summary>Ends when one more run has begun.</summary>
        public async Task RunAsync() => await _runs.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

        protected override async Task RunAsync(CancellationToken stoppingToken)
        {
            Interlocked.Increment(ref _begun);
            _runs.Writer.TryWrite(true);
            if (Failure is not null)
            {
                throw Failure;
            }

            await (Gate?.Task.WaitAsync(stoppingToken) ?? Task.CompletedTask);
        }

        protected override void LogFailure(Exception exception) => Logged.Add(exception);
    }
}
