using System.Runtime.InteropServices;

namespace DeploymentService.Storage;

/// <summary>Which file a name leads to, and whose it is. The framework tells neither; where the system does not, names are all there is.</summary>
internal static class FileIdentity
{
    private const int CurrentFolder = -100;
    private const uint BasicFields = 0x7ff;

    /// <summary>True when both names lead to one file, by links or through another mount.</summary>
    public static bool AreSame(string one, string other) => one == other || (Of(one) is { } file && Of(other) is { } another && file.Is(another));

    /// <summary>The file that a name leads to, over all links of its own; itself where there is none.</summary>
    public static string Resolve(string file) =>
        new FileInfo(file) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : file;

    /// <summary>Gives a file to the user and the group that have another. Root alone can; of anybody else everything that he makes is his.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void GiveToOwnerOf(string other, string file)
    {
        if (Environment.IsPrivilegedProcess && Of(other) is { } owned && Of(file) is { } own && (owned.User, owned.Group) != (own.User, own.Group)
            && ChangeOwner(file, owned.User, owned.Group) != 0)
        {
            throw new IOException($"{file} could not be given to the user who has {other} ({Marshal.GetLastPInvokeErrorMessage()}): run the command as that user.");
        }
    }

    private static Fields? Of(string file)
    {
        try
        {
            return OperatingSystem.IsLinux() && Look(CurrentFolder, file, flags: 0, BasicFields, out var fields) == 0 ? fields : null;
        }
        catch (EntryPointNotFoundException)
        {
            // An old library.
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Look(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out Fields fields);

    [DllImport("libc", EntryPoint = "chown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    /// <summary>Linux's <c>struct statx</c>, which is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct Fields
    {
        [FieldOffset(20)]
        public readonly uint User;

        [FieldOffset(24)]
        public readonly uint Group;

        [FieldOffset(32)]
        private readonly ulong _number;

        [FieldOffset(136)]
        private readonly ulong _device;

        public bool Is(Fields other) => (_number, _device) == (other._number, other._device);
    }
}
