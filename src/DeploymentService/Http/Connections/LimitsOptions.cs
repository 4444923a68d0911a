using DeploymentService.Settings;

namespace DeploymentService.Http.Connections;

/// <summary>How much the service takes on at once.</summary>
public sealed record LimitsOptions
{
    // What the service needs for itself: its program's files, the database, the runtime.
    private const int OwnFiles = 512;
    private const int LeastConnections = 256;
    private const int MostConnections = 50_000;

    /// <summary>
    /// <c>Limits:Connections</c>: how many connections may be open at once; a new one above it is closed. 0 for no limit: a process that runs out of files
    /// ends. Default: the files that the process may have open, less 512, at least 256 and at most 50,000.
    /// </summary>
    public required int Connections { get; init; }

    /// <summary>
    /// <c>Limits:AnswerPieceSeconds</c>: how long a client may take to read a piece of an answer, 64 KiB, before its connection ends. 0 for as long as it likes.
    /// Default: 30.
    /// </summary>
    public int AnswerPieceSeconds { get; init; } = 30;

    /// <summary><see cref="AnswerPieceSeconds"/> as a time to wait.</summary>
    internal TimeSpan AnswerPieceTime => AnswerPieceSeconds == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(AnswerPieceSeconds);

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="files">How many files and connections together the process may have open; null for as many as it likes.</param>
    public static LimitsOptions Read(SettingsReader settings, int? files)
    {
        const string key = "Limits:Connections";
        var room = (files ?? int.MaxValue) - OwnFiles;
        var connections = settings.Number(key, Math.Clamp(room, LeastConnections, MostConnections), 0, 1_000_000);
        if (files < OpenFiles.Least)
        {
            settings.AddError(key, $"has no room: the process may have {files} files and connections open", $"let it have {OpenFiles.Least} at least (ulimit -n)");
        }
        else if (connections > room)
        {
            settings.AddError(key, $"is {connections}, and the process may have {files} files and connections open", $"use {room} at most, or raise that limit (ulimit -n)");
        }

        return new() { Connections = connections, AnswerPieceSeconds = settings.Number("Limits:AnswerPieceSeconds", 30, 0, 3600) };
    }
}
