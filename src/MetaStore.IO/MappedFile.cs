using System.Buffers;
using System.IO.MemoryMappedFiles;
using MetaStore.IO.Native;
using Microsoft.Win32.SafeHandles;

namespace MetaStore.IO;

/// <summary>A file mapped for reading. Its memory keeps it; the mapping ends when the garbage collector finds that nothing refers to it.</summary>
/// <remarks>
/// Nothing ends the mapping explicitly, so no reader can be left with an address that is gone. A file of length 0 cannot be mapped.
/// </remarks>
internal sealed unsafe class MappedFile : MemoryManager<byte>
{
    private const int DontNeed = 4;

    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _bytes;
    private readonly int _length;

    /// <param name="file">Open for reading; closed by this call.</param>
    internal MappedFile(SafeFileHandle file)
    {
        using (file)
        {
            _length = checked((int)RandomAccess.GetLength(file));
            using var mapping = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = mapping.CreateViewAccessor(0, _length, MemoryMappedFileAccess.Read);
            _bytes = (byte*)_view.SafeMemoryMappedViewHandle.DangerousGetHandle() + _view.PointerOffset;
        }
    }

    /// <summary>The mapped bytes, which are read-only: only <see cref="ReadOnlyMemory{T}"/> is handed out.</summary>
    public override Span<byte> GetSpan() => new(_bytes, _length);

    /// <summary>Takes all of it out of the process's resident memory. The next read of a page maps it again, from the page cache as a rule.</summary>
    internal void Release()
    {
        // Refused for pages that are locked in memory, which then stay as they are meant to.
        _ = LibC.Madvise((nint)_bytes, (nuint)_length, DontNeed);
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elementIndex, _length);
        return new MemoryHandle(_bytes + elementIndex, pinnable: this);
    }

    /// <summary>No effect: memory that is mapped does not move.</summary>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _view.Dispose();
        }
    }
}
