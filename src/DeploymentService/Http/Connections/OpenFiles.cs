using System.Runtime.InteropServices;

namespace DeploymentService.Http.Connections;

/// <summary>How many files and connections together this process may have open at once.</summary>
internal static partial class OpenFiles
{
    /// <summary>Below it the service has too little left for connections beside its own files.</summary>
    public const int Least = 1024;

    // RLIMIT_NOFILE of the two systems.
    private const int OfLinux = 7;
    private const int OfMac = 8;

    /// <summary>The limit; null where the system has none. The runtime has raised it to the hard one by then.</summary>
    public static int? Limit()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return null;
        }

        return GetLimit(OperatingSystem.IsLinux() ? OfLinux : OfMac, out var limit) == 0 && limit.Soft < int.MaxValue ? (int)limit.Soft : null;
    }

    [DllImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetLimit(int resource, out ResourceLimit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ResourceLimit
    {
        public readonly nuint Soft;
        public readonly nuint Hard;
    }
}
