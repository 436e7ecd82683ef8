using System.Runtime.InteropServices;

namespace MetaStore.Raft.Runtime.Batching.Compression;

/// <summary>A native library that may or may not be installed, loaded at first use and kept.</summary>
internal sealed class NativeCodec
{
    private readonly nint _library;

    /// <summary>Loads the library.</summary>
    /// <exception cref="CompressionUnavailableException">It is not there.</exception>
    public NativeCodec(BatchCompression compression, string library, string package)
    {
        if (!NativeLibrary.TryLoad(library, out _library))
        {
            throw new CompressionUnavailableException(compression, library, package);
        }
    }

    /// <summary>Address of an exported function.</summary>
    public nint Export(string name) => NativeLibrary.GetExport(_library, name);
}
