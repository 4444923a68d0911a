namespace DeploymentService.Storage.Model;

/// <summary>The three words that say how a deployment goes. They are stored and sent exactly so, in upper case.</summary>
public static class DeploymentStatus
{
    /// <summary>The server has not reported an end yet.</summary>
    public const string InProgress = "IN_PROGRESS";

    /// <summary>The config ran to its end.</summary>
    public const string Complete = "COMPLETE";

    /// <summary>The config, or what should have run it, failed.</summary>
    public const string Failed = "FAILED";

    /// <summary>The reason of a deployment that was created without a status; the words of Heat's stock client.</summary>
    public const string DataAvailable = "Deploy data available";

    /// <summary>The reason of a deployment whose server reported success; Heat's words.</summary>
    public const string OutputsReceived = "Outputs received";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Complete, InProgress, Failed];

    /// <summary>The word as the one object that stands for it, so that many deployments share it.</summary>
    public static string Intern(string word) => word switch { InProgress => InProgress, Complete => Complete, _ => Failed };

    /// <summary>True when <paramref name="word"/> is one of the three, in exactly that case.</summary>
    public static bool IsKnown(string? word) => word is Complete or InProgress or Failed;
}
