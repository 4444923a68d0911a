using System.Diagnostics.Metrics;
using DeploymentService.Hosting;

namespace DeploymentService.Auth.Keystone;

/// <summary>How Keystone answers. Answers from the cache are not counted: nobody asked.</summary>
internal sealed class KeystoneMetrics
{
    /// <summary>Makes the instruments.</summary>
    public KeystoneMetrics(IMeterFactory meters, KeystoneCallers callers) =>
        callers.Answers.ShowIn(meters.OfService(), "deployments.keystone.answers", "outcome", "{answer}", "Questions about tokens that Keystone was asked, by its answer.");
}

/// <summary>What Keystone says of a token.</summary>
public enum KeystoneAnswer
{
    /// <summary>It knows it.</summary>
    Valid,

    /// <summary>It does not know it, or not any more.</summary>
    Unknown,

    /// <summary>It did not answer, or does not let the service ask.</summary>
    Unavailable,
}
