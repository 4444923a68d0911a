using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DeploymentService.Storage;

/// <summary>Files that only the service's own user may read: the database and the secrets beside it.</summary>
public static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder, mode 0700 where the system has modes.</summary>
    public static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Opens a file, mode 0600 if it is new, that no other process can open in this way until it is closed.</summary>
    public static FileStream OpenExclusive(string file)
    {
        var options = Options(FileMode.OpenOrCreate);
        options.Share = FileShare.None;
        return new FileStream(file, options);
    }

    /// <summary>
    /// Puts a text into a file, mode 0600, on the disk before it returns; what was there is replaced as a whole or, after a crash, not at all.
    /// </summary>
    public static void Write(string file, string text)
    {
        var draft = file + ".new";
        File.Delete(draft);
        using (var stream = new FileStream(draft, Options(FileMode.CreateNew)))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, file, overwrite: true);
    }

    /// <summary>Makes an empty file, mode 0600; what was there is gone.</summary>
    public static void CreateEmpty(string file)
    {
        File.Delete(file);
        new FileStream(file, Options(FileMode.CreateNew)).Dispose();
    }

    /// <summary>Copies a file, mode 0600, on the disk before it returns; what was there is gone.</summary>
    public static void Copy(string from, string to)
    {
        File.Delete(to);
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var target = new FileStream(to, Options(FileMode.CreateNew));
        source.CopyTo(target);
        target.Flush(flushToDisk: true);
    }

    /// <summary>Gives a file a second name, or where the file system knows no such thing, makes a copy on the disk. The file may be locked by this process.</summary>
    public static void LinkOrCopy(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Copy(from, to);
        }
        else if (Link(from, to) != 0)
        {
            // The framework opens no file that is locked, not even for who has the lock.
            using var handle = new SafeFileHandle(Open(from, flags: 0), ownsHandle: true);
            if (handle.IsInvalid)
            {
                throw new IOException($"{from} cannot be read.");
            }

            using var source = new FileStream(handle, FileAccess.Read);
            using var target = new FileStream(to, Options(FileMode.CreateNew));
            source.CopyTo(target);
            target.Flush(flushToDisk: true);
            FileIdentity.GiveToOwnerOf(from, to);
        }
    }

    /// <summary>Waits until the names in a folder are on the disk, where the system has a way to say so.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // The framework opens no folders.
        using var handle = new SafeFileHandle(Open(folder, flags: 0), ownsHandle: true);
        if (!handle.IsInvalid)
        {
            RandomAccess.FlushToDisk(handle);
        }
    }

    [DllImport("libc", EntryPoint = "open")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "link")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }
}
