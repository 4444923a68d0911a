using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Secrets;

namespace DeploymentService.Events;

/// <summary>Keeps the secrets of events from those who may only read.</summary>
public static class EventRedaction
{
    /// <summary>Events as a caller may see them.</summary>
    public static ListChunk<EventView> For(this Redaction redaction, Caller caller, ListChunk<EventView> chunk) =>
        caller.SeesSecrets ? chunk : chunk.Select(view => redaction.For(caller, view));

    /// <summary>An event as a caller may see it.</summary>
    public static EventView For(this Redaction redaction, Caller caller, EventView view) =>
        caller.SeesSecrets ? view : view with { Reason = redaction.ShortReasonOf(view.Reason) };
}
