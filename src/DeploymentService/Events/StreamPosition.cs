using System.Globalization;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using Microsoft.OpenApi;

namespace DeploymentService.Events;

/// <summary>From where on a stream is asked for.</summary>
/// <param name="After">The last event that the client has; null to begin now.</param>
[Reads(ParameterLocation.Header, Header)]
// In the document the description of the header speaks for the parameter of the query: both would have one name in many generated clients.
[Reads(ParameterLocation.Query, Parameter, IsHidden = true)]
public sealed record StreamPosition(long? After)
{
    /// <summary>The header by which clients resume.</summary>
    public const string Header = "Last-Event-ID";

    /// <summary>The same in the query, for clients that cannot set a header.</summary>
    public const string Parameter = "last_event_id";

    /// <summary>Reads the header, or else the parameter.</summary>
    /// <exception cref="FaultException">400: it is no sequence, or something else in the query does not fit.</exception>
    public static ValueTask<StreamPosition> BindAsync(HttpContext http)
    {
        var query = new QueryFields(http);
        var header = http.Request.Headers[Header].ToString();
        var text = header.Length > 0 ? header : query.Text(Parameter);
        long? after = null;
        if (text is not null)
        {
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            {
                after = sequence;
            }
            else
            {
                query.AddError(Header, "must be the id of an event, a whole number");
            }
        }

        query.ThrowIfInvalid();
        return ValueTask.FromResult(new StreamPosition(after));
    }
}
