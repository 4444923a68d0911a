using System.Diagnostics.Metrics;
using DeploymentService.Hosting;
using DeploymentService.Http.Bodies;
using DeploymentService.Http.Connections;

namespace DeploymentService.Limits;

/// <summary>What is held open now, and what was refused because there was too much of it.</summary>
internal sealed class LimitMetrics
{
    /// <summary>Makes the instruments.</summary>
    public LimitMetrics(IMeterFactory meters, WaitLimit waits, StreamLimit streams, ConnectionLimit connections, BytesInFlight bytes, Tally<Limited> refused)
    {
        var meter = meters.OfService();
        meter.CreateObservableUpDownCounter("deployments.waiters", () => waits.Held, "{request}", "Requests that wait for an end or a change.");
        meter.CreateObservableUpDownCounter("deployments.streams", () => streams.Held, "{stream}", "Streams that are followed.");
        meter.CreateObservableUpDownCounter("deployments.in_flight.size", () => bytes.Now, "By", "Bytes of bodies and large answers in memory.");
        refused.ShowIn(meter, "deployments.limits.refused", "limit", "{request}", "Requests that were refused with 429, by the limit that they met.");
        meter.CreateObservableCounter(
            "deployments.connections.refused", () => connections.Refused, "{connection}", "Connections that were closed because there were too many (Limits:Connections).");
    }
}

/// <summary>What a limit is about.</summary>
public enum Limited
{
    /// <summary>Requests of a token: <c>Limits:RequestsPerSecond</c>.</summary>
    Requests,

    /// <summary>Polls of a server's agent: <c>Limits:AgentRequestsPerSecond</c>.</summary>
    AgentRequests,

    /// <summary>Long lists and searches: <c>Limits:HeavyReads</c>.</summary>
    HeavyReads,

    /// <summary>Requests that wait: <c>Limits:Waiters</c>.</summary>
    Waiters,

    /// <summary>Streams: <c>Limits:Streams</c>.</summary>
    Streams,
}
