using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MetaStore.Engines.RocksDb;

/// <summary>C library calls that make the switch from one generation of the store to the next durable.</summary>
/// <remarks>Resolved through the main program, so that a preloaded fault injector is found first. Source: ADR 0005.</remarks>
internal static partial class LibC
{
    private const string Library = "metastore-engines-libc";

    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int NoSpace = 28;

    /// <summary>Makes a file's content, or a folder's entries, durable.</summary>
    /// <exception cref="EngineException">The disk refused. Must not be repeated: the second call would succeed with the data lost.</exception>
    internal static void Sync(string path)
    {
        var descriptor = Open(path, ReadOnlyCloseOnExec, 0);
        if (descriptor < 0)
        {
            throw Failed("open", path);
        }

        try
        {
            if (FSync(descriptor) < 0)
            {
                throw Failed("fsync", path);
            }
        }
        finally
        {
            // Nothing was written through this descriptor, so a failing close loses nothing.
            _ = Close(descriptor);
        }
    }

    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(LibC).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == Library ? NativeLibrary.GetMainProgramHandle() : 0;

    private static EngineException Failed(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new EngineException(error == NoSpace ? EngineFault.DiskFull : EngineFault.Io, $"{call} of {path} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})");
    }

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
