using System.Buffers.Binary;
using System.Runtime.InteropServices;
using RocksDbSharp;

namespace MetaStore.Engines.RocksDb;

/// <summary>
/// Encodes a batch in RocksDB's own format and passes it in one piece: three calls into the library per commit, not one per edit.
/// </summary>
/// <remarks>
/// The batch of the binding takes a call per edit and has no way to reuse one buffer.
/// Layout: sequence u64 (0, the library sets it), count u32, then per edit: type (5 put, 4 delete, with an explicit family), family as
/// varint32,
/// key preceded by its length as varint32 and, for a put, the value likewise. Little-endian. Thread: the engine's writer. The buffer is
/// native and reused, so nothing is pinned or collected.
/// </remarks>
internal sealed unsafe class BatchEncoder : IDisposable
{
    private const int HeaderBytes = 12;
    private const byte PutInFamily = 5;
    private const byte DeleteInFamily = 4;
    private const int OverheadBytesMax = 1 + (3 * 5);

    // The buffer of a large import is not kept forever.
    private const int KeptBytes = 16 << 20;

    private byte* _buffer;
    private nuint _capacity;
    private byte* _position;

    /// <summary>Commits the batch atomically. Durable after the next flush.</summary>
    internal void Write(DatabaseHandle database, WriteOptions options, WriteBatch batch)
    {
        Encode(database, batch);
        var library = Native.Instance;
        var native = library.rocksdb_writebatch_create_from(_buffer, (nuint)(_position - _buffer));
        library.rocksdb_write(database.Pointer, options.Handle, native, out var error);
        library.rocksdb_writebatch_destroy(native);
        LibraryError.ThrowOn(error, "commit", database);
        if (_capacity > KeptBytes)
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_buffer);
        _buffer = null;
        _position = null;
        _capacity = 0;
    }

    private void Encode(DatabaseHandle database, WriteBatch batch)
    {
        var needed = (nuint)(HeaderBytes + batch.Bytes + ((long)batch.Count * OverheadBytesMax));
        if (_capacity < needed)
        {
            _buffer = (byte*)NativeMemory.Realloc(_buffer, needed);
            _capacity = needed;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(new Span<byte>(_buffer, 8), 0);
        BinaryPrimitives.WriteInt32LittleEndian(new Span<byte>(_buffer + 8, 4), batch.Count);
        _position = _buffer + HeaderBytes;
        foreach (ref readonly var operation in batch.Edits)
        {
            *_position++ = operation.IsDelete ? DeleteInFamily : PutInFamily;
            Number(database.FamilyId(operation.Bucket));
            Bytes(operation.Key.Span);
            if (!operation.IsDelete)
            {
                Bytes(operation.Value.Span);
            }
        }
    }

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number((uint)bytes.Length);
        bytes.CopyTo(new Span<byte>(_position, bytes.Length));
        _position += bytes.Length;
    }

    private void Number(uint value)
    {
        while (value >= 0x80)
        {
            *_position++ = (byte)(value | 0x80);
            value >>= 7;
        }

        *_position++ = (byte)value;
    }
}
