using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Support;

/// <summary>What an application measures.</summary>
internal static class Measured
{
    /// <summary>What an instrument says when it is looked at, with a tag of this value where one is given.</summary>
    public static List<long> Of(ServiceApp app, string name, string? tag = null)
    {
        var measured = new List<long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == name && instrument.Meter.Scope == app.Services.GetRequiredService<IMeterFactory>())
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (tag is null || Equals(tags[0].Value, tag))
            {
                measured.Add(value);
            }
        });
        listener.Start();

        listener.RecordObservableInstruments();
        return measured;
    }
}
