using DeploymentService.Http;
using DeploymentService.Http.Bodies;
using DeploymentService.Http.OpenApi;
using DeploymentService.Json;

namespace DeploymentService.Agents;

/// <summary>The body of a signal: a JSON object with the outputs. Absent, it is an empty object.</summary>
[Body(IsOptional = true, Kind = BodyKind.Report)]
public sealed record SignalBody
{
    // What is repaired may be longer than it was sent. Twice as long is more than any text becomes, and less than a hostile one may.
    private const int RepairedGrowth = 2;

    private SignalBody()
    {
    }

    /// <summary>The members; null when the body was refused.</summary>
    internal JsonFields? Outputs { get; private init; }

    /// <summary>What was changed before the body could be read, for the history; empty for a body that was strict JSON.</summary>
    internal string Repairs { get; private init; } = "";

    /// <summary>Why the body was refused. It is kept for the handler, which knows whose report is lost.</summary>
    internal Fault? ErrorOf { get; private init; }

    /// <summary>
    /// Reads the body, whatever it is announced as, as it is in any case a report that should not be lost. What cannot be read and is not announced as
    /// JSON is told to be.
    /// </summary>
    public static async ValueTask<SignalBody?> BindAsync(HttpContext http)
    {
        var body = await ReadAsync(http);
        return body.ErrorOf is not { Status: StatusCodes.Status400BadRequest } || JsonBody.IsJson(http.Request.ContentType) ? body : new SignalBody { ErrorOf = Fault.UnsupportedMediaType };
    }

    /// <summary>Reads the body of a pre-signed call, whatever it is announced as: an agent could not learn from a refusal.</summary>
    internal static async ValueTask<SignalBody> ReadAsync(HttpContext http)
    {
        try
        {
            var largest = http.RequestServices.GetRequiredService<BodyOptions>().LargestOf(BodyKind.Report);
            var sent = await BodyReader.Of(http).ReadAsync(http, BodyKind.Report);
            if (SignalForm.Is(http.Request.ContentType, sent))
            {
                return new SignalBody { Outputs = await SignalForm.ReadAsync(http.Request.ContentType!, sent, RepairedGrowth * largest) };
            }

            var read = LenientJson.Parse(sent, RepairedGrowth * largest);
            return new SignalBody
            {
                Outputs = read.Fields,
                Repairs = read.Repairs.Count == 0 ? "" : $" (The body was repaired: {string.Join("; ", read.Repairs)}.)",
            };
        }
        catch (FaultException refused)
        {
            return new SignalBody { ErrorOf = refused.Fault };
        }
        catch (UnusableJsonException unusable)
        {
            return new SignalBody { ErrorOf = Fault.BadRequest(unusable.Message) };
        }
    }
}
