using System.Collections.Concurrent;
using DeploymentService.Hosting;
using DeploymentService.Http;

namespace DeploymentService.Auth;

/// <summary>
/// Ends requests that are held open, such as waits and streams, when their token does: one look at all of them every ten seconds, and one question
/// a token, however many requests carry it.
/// </summary>
public sealed partial class TokenWatch(IRecognition recognition, TimeProvider time, ILogger<TokenWatch> logger) : PeriodicService(Interval, time), IHeldRequests
{
    /// <summary>How often all are looked at: 15 seconds after its token nothing is open any more, also where a Keystone takes its time to answer.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    // As many questions at a time as a Keystone answers without trouble.
    private const int AtOnce = 32;

    private static readonly Fault Ended = Fault.Unauthorized with { Message = "The token of this request has ended meanwhile: send the request again with a good one." };

    private readonly ConcurrentDictionary<HeldRequest, bool> _held = new();

    /// <summary>The one that there is.</summary>
    public static TokenWatch Of(HttpContext http) => http.RequestServices.GetRequiredService<TokenWatch>();

    /// <summary>Waits as long as the token of the request is good.</summary>
    /// <param name="http">The request; nothing of its answer may have been written.</param>
    /// <param name="wait">Waits until it is done or what it is given is cancelled; that happens when the client goes, too.</param>
    /// <exception cref="FaultException">401: the token has ended. 503: nobody knows whether it has.</exception>
    public async Task<T> WhileGoodAsync<T>(HttpContext http, Func<CancellationToken, Task<T>> wait)
    {
        using var held = Hold(http);
        try
        {
            var result = await wait(held.End);
            // What happened since the last look is not for one whose token has ended.
            var fault = FaultOf(held, await AskAsync(held.Secret, anew: false));
            return fault is null ? result : throw new FaultException(fault);
        }
        catch (OperationCanceledException) when (held.Fault is not null)
        {
            throw new FaultException(held.Fault);
        }
    }

    /// <inheritdoc cref="WhileGoodAsync{T}" />
    public Task WhileGoodAsync(HttpContext http, Func<CancellationToken, Task> wait) => WhileGoodAsync(http, async end =>
    {
        await wait(end);
        return true;
    });

    /// <summary>Watches the token of a request until the result is disposed of.</summary>
    public HeldRequest Hold(HttpContext http)
    {
        var held = new HeldRequest(http, request => _held.TryRemove(request, out _));
        _held[held] = true;
        return held;
    }

    /// <inheritdoc />
    public IHeldRequest? HoldOrNull(HttpContext http) => Caller.OfOrNull(http) is null ? null : Hold(http);

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        foreach (var tokens in _held.Keys.GroupBy(held => held.Secret).Chunk(AtOnce))
        {
            // What is open ends with the service: it waits for no Keystone.
            await Task.WhenAll(tokens.Select(LookAsync)).WaitAsync(stoppingToken);
        }
    }

    /// <inheritdoc />
    protected override void LogFailure(Exception exception) => Log.NotLooked(logger, exception);

    private async Task LookAsync(IGrouping<string, HeldRequest> ofOneToken)
    {
        var answer = await AskAsync(ofOneToken.Key, anew: true);
        foreach (var held in ofOneToken)
        {
            if (FaultOf(held, answer) is { } fault)
            {
                held.EndWith(fault);
            }
        }
    }

    private async Task<(Caller? Caller, Fault? Fault)> AskAsync(string secret, bool anew)
    {
        try
        {
            return (await recognition.FindAsync(secret, anew, CancellationToken.None), null);
        }
        catch (FaultException fault)
        {
            return (null, fault.Fault);
        }
    }

    /// <summary>Whoever may something else now begins anew, so that it is judged by that.</summary>
    private static Fault? FaultOf(HeldRequest held, (Caller? Caller, Fault? Fault) answer) =>
        answer.Fault ?? (answer.Caller?.MayTheSameAs(held.Caller) == true ? null : Ended);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Whether the tokens of requests that are held open are still good could not be found out; it is tried again in ten seconds")]
        public static partial void NotLooked(ILogger logger, Exception exception);
    }
}
