namespace DeploymentService.Http;

/// <summary>Watches whether requests that stay open may go on.</summary>
public interface IHeldRequests
{
    /// <summary>Watches a request until the result is disposed of; null when there is nothing to watch, because anybody may make it.</summary>
    IHeldRequest? HoldOrNull(HttpContext http);
}

/// <summary>A request that is held open.</summary>
public interface IHeldRequest : IDisposable
{
    /// <summary>Cancelled when the request may not go on, or the client has gone.</summary>
    CancellationToken End { get; }

    /// <summary>Why it may not go on; null while it may.</summary>
    Fault? Fault { get; }
}
