using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Support;

/// <summary>
/// What an application's instruments measure. A listener hears of the instruments of all applications of the process: this one takes those of one of them.
/// </summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<(string Name, double Value, string? Tag)> _all = [];

    /// <summary>Listens from now on.</summary>
    /// <param name="meters">The application's.</param>
    /// <param name="names">The names of the instruments.</param>
    public Measured(IMeterFactory meters, params string[] names)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters && names.Contains(instrument.Name))
            {
                Instruments.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public Measured(ServiceApp app, params string[] names)
        : this(app.Services.GetRequiredService<IMeterFactory>(), names)
    {
    }

    /// <summary>The instruments with these names.</summary>
    public List<Instrument> Instruments { get; } = [];

    /// <summary>What an observable instrument shows now.</summary>
    /// <param name="app">Whose it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="tag">The value of the first tag; null for all.</param>
    public static IReadOnlyList<double> Now(ServiceApp app, string name, string? tag = null) => Now(app.Services.GetRequiredService<IMeterFactory>(), name, tag);

    /// <inheritdoc cref="Now(ServiceApp, string, string?)"/>
    public static IReadOnlyList<double> Now(IMeterFactory meters, string name, string? tag = null)
    {
        using var measured = new Measured(meters, name);
        measured._listener.RecordObservableInstruments();
        return measured.Of(name, tag);
    }

    /// <summary>What was measured so far, in order.</summary>
    public IReadOnlyList<double> Of(string name, string? tag = null)
    {
        lock (_all)
        {
            return [.. _all.Where(one => one.Name == name && (tag is null || one.Tag == tag)).Select(one => one.Value)];
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_all)
        {
            _all.Add((instrument.Name, value, tags.Length > 0 ? tags[0].Value as string : null));
        }
    }
}
