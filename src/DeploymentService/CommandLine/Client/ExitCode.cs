namespace DeploymentService.CommandLine.Client;

/// <summary>How the client ends.</summary>
internal static class ExitCode
{
    /// <summary>It was answered, and what was waited for is complete.</summary>
    public const int Complete = 0;

    /// <summary>What was waited for has failed.</summary>
    public const int Failed = 1;

    /// <summary>The time is over, and it has not ended.</summary>
    public const int TimeOver = 2;

    /// <summary>The service could not be asked, or refuses the question.</summary>
    public const int CouldNotAsk = 3;
}

/// <summary>The service could not be asked. The message is for people.</summary>
internal sealed class CouldNotAskException(string message) : Exception(message);
