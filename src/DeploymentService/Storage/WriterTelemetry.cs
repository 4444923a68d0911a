using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using DeploymentService.Hosting;

namespace DeploymentService.Storage;

/// <summary>
/// What the writer shows of itself: its metrics, a few additions a batch, and, where somebody traces, a span for each batch. That span belongs to the trace of the first
/// traced request of the batch and links to all of them, and each of these requests links to it.
/// </summary>
public sealed class WriterTelemetry
{
    private static readonly InstrumentAdvice<int> Sizes = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] };

    private readonly Meter _meter;
    private readonly Histogram<int> _size;
    private readonly Histogram<double> _duration;
    private readonly Tally<ChangeOutcome> _changes = new();
    private readonly string _system;

    /// <summary>Makes the instruments.</summary>
    public WriterTelemetry(IMeterFactory meters, IWriteEngine engine)
    {
        _system = engine.IsShared ? "postgresql" : "sqlite";
        _meter = meters.OfService();
        _size = _meter.CreateHistogram("deployments.writer.batch.size", "{change}", "Changes that were written in one transaction.", tags: null, Sizes);
        _duration = _meter.CreateHistogram(
            "deployments.writer.commit.duration", "s", "How long the transaction of a batch took, the sync of the disk included.", tags: null, ServiceTelemetry.Seconds);
        _changes.ShowIn(_meter, "deployments.writer.changes", "outcome", "{change}", "Changes that were handed to the writer, by what became of them.");
    }

    /// <summary>Shows how many changes wait, and how many may.</summary>
    internal WriterTelemetry Observing(ChannelReader<Change> queue, int capacity)
    {
        _meter.CreateObservableUpDownCounter("deployments.writer.queue.length", () => queue.Count, "{change}", "Changes that wait to be written.");
        _meter.CreateObservableUpDownCounter("deployments.writer.queue.capacity", () => capacity, "{change}", "Changes that may wait (Writing:QueueCapacity).");
        return this;
    }

    /// <summary>Counts changes by what became of them.</summary>
    internal void Count(int changes, Exception? exception) => _changes.Add(
        exception switch { null => ChangeOutcome.Stored, WriterBusyException => ChangeOutcome.Refused, _ => ChangeOutcome.Failed }, changes);

    /// <summary>As <see cref="IWriteEngine.Admit"/>, counted when it is refused.</summary>
    internal void Admit(IWriteEngine engine, SpaceNeed need)
    {
        try
        {
            engine.Admit(need);
        }
        catch (WriterBusyException exception)
        {
            Count(1, exception);
            throw;
        }
    }

    /// <summary>Counts a change for which there was no place in the queue.</summary>
    internal void CountQueueFull() => _changes.Add(ChangeOutcome.QueueFull);

    /// <summary>As <see cref="IWriteSession.Commit"/>, measured.</summary>
    internal CommitResult Commit(IWriteSession session, List<Change> batch, WriterClock clock, TimeSpan patience)
    {
        using var span = StartSpan(batch);
        var begun = Stopwatch.GetTimestamp();
        var result = session.Commit(batch, clock, patience);
        _duration.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        _size.Record(batch.Count);
        if (result.Exception is { } exception)
        {
            span?.SetTag("error.type", exception.GetType().FullName)?.SetStatus(ActivityStatusCode.Error);
        }

        return result;
    }

    /// <summary>Null unless a request of the batch is traced.</summary>
    private Activity? StartSpan(List<Change> batch)
    {
        if (!ServiceTelemetry.Source.HasListeners())
        {
            return null;
        }

        var requests = batch.Select(change => change.Request).OfType<Activity>().Where(request => request.Recorded).Distinct().ToList();
        if (requests.Count == 0)
        {
            return null;
        }

        var span = ServiceTelemetry.Source.StartActivity(
            "write batch", ActivityKind.Client, requests[0].Context, links: requests.Select(request => new ActivityLink(request.Context)));
        if (span is not null)
        {
            span.SetTag("db.system.name", _system).SetTag("db.operation.batch.size", batch.Count);
            requests.ForEach(request => request.AddLink(new ActivityLink(span.Context)));
        }

        return span;
    }

    private enum ChangeOutcome
    {
        Stored,
        QueueFull,
        Refused,
        Failed,
    }
}
