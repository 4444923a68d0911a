using System.Text;
using DeploymentService.Observability;
using Serilog;
using Serilog.Core;
using Serilog.Formatting.Display;

namespace DeploymentService.Tests.Observability;

/// <summary>The log holds nobody up, forgets no error, and has written everything when the service has stopped.</summary>
public sealed class BufferedConsoleSinkTests
{
    private const int MostWaiting = 50_000;

    [Fact]
    public async Task A_terminal_that_stands_still_costs_successes_and_no_error_and_holds_nobody_up()
    {
        using var terminal = new Terminal();
        await using (var log = LogTo(terminal))
        {
            for (var number = 0; number < MostWaiting + 1000; number++)
            {
                log.Information("success {Number}", number);
            }

            for (var number = 0; number < 100; number++)
            {
                log.Error("error {Number}", number);
            }

            log.Information("success that is too much");
            terminal.GoOn();
        }

        var expected = Enumerable.Range(0, MostWaiting).Select(number => $"success {number}").Concat(Enumerable.Range(0, 100).Select(number => $"error {number}"));
        Assert.Equal(expected, terminal.Lines);
    }

    [Fact]
    public async Task A_terminal_that_goes_on_gets_successes_again()
    {
        using var terminal = new Terminal();
        await using var log = LogTo(terminal);
        for (var number = 0; number < MostWaiting + 1000; number++)
        {
            log.Information("success {Number}", number);
        }

        terminal.GoOn();
        await terminal.WrittenAsync($"success {MostWaiting - 1}");
        log.Information("and another");

        await terminal.WrittenAsync("and another");
    }

    [Fact]
    public async Task What_could_not_be_written_is_written_before_the_end()
    {
        using var terminal = new Terminal { FailsOnce = true };
        await using (var log = LogTo(terminal))
        {
            log.Information("first");
            terminal.GoOn();
            await terminal.FailedAsync();
            log.Error("second");
        }

        Assert.Equal(["first", "second"], terminal.Lines);
    }

    private static Logger LogTo(Stream terminal) => new LoggerConfiguration()
        .WriteTo.Sink(new BufferedConsoleSink(terminal, new MessageTemplateTextFormatter("{Message:lj}\n", System.Globalization.CultureInfo.InvariantCulture)))
        .CreateLogger();

    /// <summary>Takes nothing before it goes on.</summary>
    private sealed class Terminal : MemoryStream
    {
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim _written = new(0);
        private readonly Lock _lock = new();

        public bool FailsOnce { get; set; }

        public string[] Lines
        {
            get
            {
                lock (_lock)
                {
                    return Encoding.UTF8.GetString(ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                }
            }
        }

        public void GoOn() => _goOn.SetResult();

        public Task FailedAsync() => _failed.Task.WaitAsync(TimeSpan.FromSeconds(60));

        public async Task WrittenAsync(string line)
        {
            while (Lines.LastOrDefault() != line)
            {
                Assert.True(await _written.WaitAsync(TimeSpan.FromSeconds(60)));
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

        public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _goOn.Task.WaitAsync(cancellationToken);
            lock (_lock)
            {
                if (FailsOnce)
                {
                    FailsOnce = false;
                    _failed.SetResult();
                    throw new IOException("A fault of a test.");
                }

                base.Write(buffer.ToArray(), 0, buffer.Length);
            }

            _written.Release();
        }

        protected override void Dispose(bool disposing)
        {
            _written.Dispose();
            base.Dispose(disposing);
        }
    }
}
