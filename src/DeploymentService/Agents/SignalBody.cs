using DeploymentService.Http;
using DeploymentService.Http.OpenApi;

namespace DeploymentService.Agents;

/// <summary>The body of a signal: a JSON object with the outputs. Absent, it is an empty object.</summary>
[Body(IsOptional = true, LargestBody = LargestBody)]
public sealed record SignalBody
{
    /// <summary>The most bytes that it may have: agents send up to 950,000 characters an output, and escape every one of them if they have to.</summary>
    public const int LargestBody = 16 * 1024 * 1024;

    private SignalBody()
    {
    }

    /// <summary>The members; null when the body was refused.</summary>
    internal JsonFields? Outputs { get; private init; }

    /// <summary>Why the body was refused. It is kept for the handler, which knows whose report is lost.</summary>
    internal Fault? Refusal { get; private init; }

    /// <summary>Reads the body of a call of the API, which has to be announced as JSON.</summary>
    public static ValueTask<SignalBody?> BindAsync(HttpContext http) => ReadAsync(http, JsonBody.RequireJson);

    /// <summary>Reads the body of a pre-signed call, whatever it is announced as: an agent could not learn from a refusal.</summary>
    internal static ValueTask<SignalBody?> ReadAsync(HttpContext http) => ReadAsync(http, static _ => { });

    private static async ValueTask<SignalBody?> ReadAsync(HttpContext http, Action<HttpContext> check)
    {
        try
        {
            check(http);
            // A script that prints bytes of another encoding can leave half of a surrogate pair in its outputs. Refused, the report would be
            // lost and its deployment never end: agents send nothing twice.
            return new SignalBody { Outputs = await JsonBody.ReadOptionalAsync(http, LargestBody, static body => LoneSurrogate.Replace(body)) };
        }
        catch (FaultException refused)
        {
            return new SignalBody { Refusal = refused.Fault };
        }
    }
}
