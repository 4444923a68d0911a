namespace DeploymentService.Http;

/// <summary>What exceptions mean that are not of this folder and no fault of ours.</summary>
public interface IExceptionFaults
{
    /// <summary>The answer to a request that ended in an exception; null when the exception is a fault of ours.</summary>
    Fault? Of(Exception exception);
}
