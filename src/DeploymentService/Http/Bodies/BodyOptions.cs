using DeploymentService.Settings;

namespace DeploymentService.Http.Bodies;

/// <summary>How much memory the bodies of requests, and large answers, may hold.</summary>
public sealed record BodyOptions
{
    private const int Mebibyte = 1024 * 1024;

    // Agents send up to 950,000 characters an output, and escape every one of them if they have to.
    private const int LeastOfReports = 16 * Mebibyte;

    // A project, a name and a secret fit many times.
    private const int OfSignIns = 64 * 1024;

    /// <summary><c>Api:LargestBodyBytes</c>: the most bytes that a body may have, 64 KiB to 64 MiB. Default 1 MiB, as in Heat.</summary>
    public required int LargestBytes { get; init; }

    /// <summary><c>Limits:BytesInFlight</c>: how many bytes of bodies and answers may be in memory at once; 0 for no limit. Default 256 MiB.</summary>
    public required int BytesInFlight { get; init; }

    /// <summary>Reads the settings and reports what is wrong with them.</summary>
    public static BodyOptions Read(SettingsReader settings)
    {
        const string inFlight = "Limits:BytesInFlight";
        var options = new BodyOptions
        {
            LargestBytes = settings.Number("Api:LargestBodyBytes", Mebibyte, 64 * 1024, 64 * Mebibyte),
            BytesInFlight = settings.Number(inFlight, 256 * Mebibyte, 0, int.MaxValue),
        };
        var report = options.LargestOf(BodyKind.Report);
        if (options.BytesInFlight > 0 && options.BytesInFlight < report)
        {
            settings.AddError(inFlight, $"is {options.BytesInFlight}, and one report may have {report} bytes", $"use {report} at least, or 0 for no limit");
        }

        return options;
    }

    /// <summary>The most bytes that a body of a kind may have.</summary>
    public int LargestOf(BodyKind kind) => kind switch
    {
        BodyKind.Report => Math.Max(LeastOfReports, LargestBytes),
        BodyKind.SignIn => OfSignIns,
        _ => LargestBytes,
    };
}
