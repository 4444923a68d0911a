using System.Globalization;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using Microsoft.OpenApi;

namespace DeploymentService.Events;

/// <summary>From where on a stream is asked for.</summary>
/// <param name="After">The last event that the client has; null to begin now.</param>
[Reads(ParameterLocation.Header, Header)]
// The parameter of the query is in the description of the header: as a parameter of its own it would have the same name in many generated clients.
public sealed record StreamPlace(long? After)
{
    /// <summary>The header by which clients resume.</summary>
    public const string Header = "Last-Event-ID";

    /// <summary>The same in the query, for clients that cannot set a header.</summary>
    public const string Parameter = "last_event_id";

    /// <summary>Reads the header, or else the parameter.</summary>
    /// <exception cref="FaultException">400: it is no sequence.</exception>
    public static ValueTask<StreamPlace> BindAsync(HttpContext http)
    {
        var text = http.Request.Headers[Header].ToString();
        if (text.Length == 0)
        {
            text = http.Request.Query[Parameter].ToString();
        }

        if (text.Length == 0)
        {
            return ValueTask.FromResult(new StreamPlace(After: null));
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? ValueTask.FromResult(new StreamPlace(after))
            : throw new FaultException(Fault.BadRequest($"{Header}: must be the id of an event, a whole number."));
    }
}
