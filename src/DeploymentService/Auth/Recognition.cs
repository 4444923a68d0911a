namespace DeploymentService.Auth;

/// <summary>Knows whom a token stands for. A request that is held open for minutes asks again, because it must not outlive its token.</summary>
public interface IRecognition
{
    /// <summary>The caller that a token stands for now; null when it stands for none, or no longer.</summary>
    /// <param name="secret">The token.</param>
    /// <param name="anew">True to know it from whoever knows it best; false where what was said a moment ago will do.</param>
    /// <param name="cancellation">Ends the wait for the answer.</param>
    /// <exception cref="Http.FaultException">503: nobody can be asked, and what was said last counts no longer.</exception>
    Task<Caller?> FindAsync(string secret, bool anew, CancellationToken cancellation);
}
