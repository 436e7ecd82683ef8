using System.Reflection;
using System.Runtime.InteropServices;

namespace MetaStore.IO.Native;

/// <summary>C library calls that the runtime has no API for, most of them because their results matter for durability.</summary>
/// <remarks>
/// Symbols are looked up through the main program's handle and not in libc's own: the search then follows the order in which the
/// loader sees libraries, so an LD_PRELOAD fault injector is found first. A lookup in libc itself would bypass it.
/// </remarks>
internal static partial class LibC
{
    private const string Library = "metastore-main-program";

    static LibC() => NativeLibrary.SetDllImportResolver(typeof(LibC).Assembly, Resolve);

    [LibraryImport(Library, EntryPoint = "fdatasync", SetLastError = true)]
    internal static partial int FDataSync(int descriptor);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    internal static partial int FSync(int descriptor);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, int mode);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "mlockall", SetLastError = true)]
    internal static partial int MlockAll(int flags);

    [LibraryImport(Library, EntryPoint = "madvise", SetLastError = true)]
    internal static partial int Madvise(nint address, nuint length, int advice);

    [LibraryImport(Library, EntryPoint = "socketpair", SetLastError = true)]
    internal static partial int SocketPair(int domain, int type, int protocol, ref int descriptors);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, in byte bytes, nuint count);

    // These two return the error number instead of setting errno.
    [LibraryImport(Library, EntryPoint = "posix_fallocate")]
    internal static partial int PosixFallocate(int descriptor, nint offset, nint length);

    [LibraryImport(Library, EntryPoint = "posix_fadvise")]
    internal static partial int PosixFadvise(int descriptor, nint offset, nint length, int advice);

    [LibraryImport(Library, EntryPoint = "_exit")]
    internal static partial void ExitNow(int status);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == Library ? NativeLibrary.GetMainProgramHandle() : 0;
}
