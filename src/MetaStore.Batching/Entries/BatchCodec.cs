using System.Buffers;
using System.Buffers.Binary;
using MetaStore.Batching.Compression;
using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Entries;

/// <summary>Encodes proposals as log entry data: a single proposal is stored as is, two or more are wrapped in a batch.</summary>
/// <remarks>Decodes any entry, whatever the settings; layout in <see cref="BatchFormat"/>. Thread-safe.</remarks>
public static class BatchCodec
{
    /// <summary>Maximum unpacked size of a payload, 64 MiB: four times the largest entry, so that a compressed entry cannot take much more memory than a plain one.</summary>
    public const int UnpackedBytesMax = 64 << 20;

    /// <summary>True when <paramref name="data"/> is a batch and not a single proposal.</summary>
    public static bool IsBatch(ReadOnlySpan<byte> data) => !data.IsEmpty && data[0] == BatchFormat.BatchKind;

    /// <summary>True when the commands in it have to be unpacked.</summary>
    public static bool IsCompressed(ReadOnlySpan<byte> data) => IsBatch(data) && data.Length > 2 && data[2] != (byte)BatchCompression.None;

    /// <summary>Encodes commands into a new array, for tools and tests; the batcher writes the same bytes in place.</summary>
    /// <param name="memberId">The proposing member.</param>
    /// <param name="firstId">ID of the first command.</param>
    /// <param name="commands">At least one.</param>
    /// <param name="compression">Used for wrapped payloads only, and only when it makes them smaller.</param>
    public static byte[] Encode(
        ulong memberId, ulong firstId, IReadOnlyList<ReadOnlyMemory<byte>> commands, BatchCompression compression = BatchCompression.None)
    {
        ArgumentOutOfRangeException.ThrowIfZero(commands.Count);
        int bytes = BatchFormat.BatchHeaderBytes + (commands.Count * BatchFormat.LengthBytes) + commands.Sum(c => c.Length);
        byte[] buffer = new byte[bytes];
        int position = BatchFormat.BatchHeaderBytes;
        foreach (ReadOnlyMemory<byte> command in commands)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(position), (uint)command.Length);
            command.Span.CopyTo(buffer.AsSpan(position + BatchFormat.LengthBytes));
            position += BatchFormat.LengthBytes + command.Length;
        }

        ReadOnlyMemory<byte> data = Seal(buffer, memberId, firstId, commands.Count);
        return Compress(data, compression, compressionMinBytes: 0).ToArray();
    }

    /// <summary>Decodes an entry's data.</summary>
    /// <returns>Slices of <paramref name="data"/>, or of one new array when it was compressed.</returns>
    /// <exception cref="BatchFormatException">The data is malformed.</exception>
    public static BatchReader Decode(ReadOnlyMemory<byte> data)
    {
        ReadOnlySpan<byte> span = data.Span;
        if (span.Length < 2)
        {
            throw Fault(BatchFormatFault.Truncated, $"a log entry of {span.Length} bytes cannot hold a proposal");
        }

        bool wrapped = span[0] == BatchFormat.BatchKind;
        if (!wrapped && span[0] != BatchFormat.ProposalKind)
        {
            throw Fault(BatchFormatFault.UnknownKind, $"a log entry starts with 0x{span[0]:x2}, neither a proposal nor a batch");
        }

        if (span[1] != BatchFormat.Version)
        {
            throw Fault(BatchFormatFault.UnknownVersion, $"a log entry has version {span[1]}, this program reads version {BatchFormat.Version}");
        }

        int header = wrapped ? BatchFormat.BatchHeaderBytes : BatchFormat.ProposalHeaderBytes;
        if (span.Length < header)
        {
            throw Fault(BatchFormatFault.Truncated, $"a log entry of {span.Length} bytes ends inside its header of {header}");
        }

        return wrapped
            ? DecodeWrapped(data)
            : new BatchReader(
                BinaryPrimitives.ReadUInt64LittleEndian(span[2..]),
                BinaryPrimitives.ReadUInt64LittleEndian(span[10..]),
                count: 1,
                wrapped: false,
                data[BatchFormat.ProposalHeaderBytes..]);
    }

    /// <summary>Writes the matching header in front of the commands, which start after <see cref="BatchFormat.Headroom"/>.</summary>
    /// <param name="buffer">Unused headroom, then the payload.</param>
    /// <param name="memberId">The proposing member.</param>
    /// <param name="firstId">ID of the first command.</param>
    /// <param name="count">Commands in the payload; a single one is not wrapped.</param>
    /// <returns>The part of <paramref name="buffer"/> that is the entry's data.</returns>
    internal static ReadOnlyMemory<byte> Seal(Memory<byte> buffer, ulong memberId, ulong firstId, int count)
    {
        if (count == 1)
        {
            Memory<byte> single = buffer[(BatchFormat.Headroom - BatchFormat.ProposalHeaderBytes)..];
            Span<byte> header = single.Span;
            header[0] = BatchFormat.ProposalKind;
            header[1] = BatchFormat.Version;
            BinaryPrimitives.WriteUInt64LittleEndian(header[2..], memberId);
            BinaryPrimitives.WriteUInt64LittleEndian(header[10..], firstId);
            return single;
        }

        Span<byte> span = buffer.Span;
        span[0] = BatchFormat.BatchKind;
        span[1] = BatchFormat.Version;
        span[2] = (byte)BatchCompression.None;
        BinaryPrimitives.WriteUInt64LittleEndian(span[3..], memberId);
        BinaryPrimitives.WriteUInt64LittleEndian(span[11..], firstId);
        BinaryPrimitives.WriteUInt32LittleEndian(span[19..], (uint)count);
        return buffer;
    }

    /// <summary>Compresses the payload of a batch, if it is large enough and becomes smaller.</summary>
    internal static ReadOnlyMemory<byte> Compress(ReadOnlyMemory<byte> data, BatchCompression compression, int compressionMinBytes)
    {
        int payload = data.Length - BatchFormat.BatchHeaderBytes;
        if (compression == BatchCompression.None || !IsBatch(data.Span) || payload < compressionMinBytes)
        {
            return data;
        }

        // What does not fit here has not become smaller, so the target never needs to be larger than the source. The entry gets an array of its exact
        // size, because the log keeps it for long.
        byte[] scratch = ArrayPool<byte>.Shared.Rent(data.Length);
        try
        {
            int header = BatchFormat.BatchHeaderBytes + BatchFormat.UnpackedLengthBytes;
            Span<byte> packed = scratch.AsSpan(0, data.Length);
            int length = BatchCompressors.For(compression).Pack(data.Span[BatchFormat.BatchHeaderBytes..], packed[header..]);
            if (length < 0)
            {
                return data;
            }

            data.Span[..BatchFormat.BatchHeaderBytes].CopyTo(packed);
            packed[2] = (byte)compression;
            BinaryPrimitives.WriteUInt32LittleEndian(packed[BatchFormat.BatchHeaderBytes..], (uint)payload);
            return packed[..(header + length)].ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private static BatchReader DecodeWrapped(ReadOnlyMemory<byte> data)
    {
        ReadOnlySpan<byte> span = data.Span;
        byte compression = span[2];
        ulong memberId = BinaryPrimitives.ReadUInt64LittleEndian(span[3..]);
        ulong firstId = BinaryPrimitives.ReadUInt64LittleEndian(span[11..]);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(span[19..]);
        ReadOnlyMemory<byte> payload = data[BatchFormat.BatchHeaderBytes..];
        if (compression != (byte)BatchCompression.None)
        {
            payload = Unpack(compression, payload.Span);
        }

        if (count == 0 || count > (uint)payload.Length / BatchFormat.LengthBytes)
        {
            throw Fault(BatchFormatFault.Overflow, $"a batch claims {count} proposals in {payload.Length} bytes");
        }

        Check(payload.Span, (int)count);
        return new BatchReader(memberId, firstId, (int)count, wrapped: true, payload);
    }

    private static void Check(ReadOnlySpan<byte> payload, int count)
    {
        for (int position = 0; position < count; position++)
        {
            if (payload.Length < BatchFormat.LengthBytes)
            {
                throw Fault(BatchFormatFault.Truncated, $"a batch of {count} ends before the length of proposal {position}");
            }

            uint length = BinaryPrimitives.ReadUInt32LittleEndian(payload);
            payload = payload[BatchFormat.LengthBytes..];
            if (length > (uint)payload.Length)
            {
                throw Fault(
                    length > UnpackedBytesMax ? BatchFormatFault.Overflow : BatchFormatFault.Truncated,
                    $"proposal {position} of a batch of {count} claims {length} bytes, {payload.Length} are left");
            }

            payload = payload[(int)length..];
        }

        if (!payload.IsEmpty)
        {
            throw Fault(BatchFormatFault.TrailingBytes, $"{payload.Length} bytes follow the last of {count} proposals of a batch");
        }
    }

    private static byte[] Unpack(byte compression, ReadOnlySpan<byte> payload)
    {
        if (!Enum.IsDefined((BatchCompression)compression))
        {
            throw Fault(BatchFormatFault.UnknownCompression, $"a batch uses compression {compression}, which this program does not know");
        }

        if (payload.Length < BatchFormat.UnpackedLengthBytes)
        {
            throw Fault(BatchFormatFault.Truncated, "a compressed batch ends before its unpacked length");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        if (length > UnpackedBytesMax)
        {
            throw Fault(BatchFormatFault.TooLarge, $"a batch claims to unpack to {length} bytes, at most {UnpackedBytesMax} are allowed");
        }

        IBatchCompressor compressor = BatchCompressors.For((BatchCompression)compression);
        ReadOnlySpan<byte> packed = payload[BatchFormat.UnpackedLengthBytes..];
        if (length > (long)packed.Length * compressor.MostPerByte)
        {
            // Checked before memory is allocated: a few bytes that claim a large size must not cost anything.
            throw Fault(BatchFormatFault.CorruptPayload, $"{packed.Length} bytes compressed with {(BatchCompression)compression} cannot be the {length} they claim");
        }

        byte[] plain = GC.AllocateUninitializedArray<byte>((int)length);
        if (!compressor.TryUnpack(packed, plain))
        {
            throw Fault(BatchFormatFault.CorruptPayload, $"a batch compressed with {(BatchCompression)compression} does not unpack to the {length} bytes it claims");
        }

        return plain;
    }

    private static BatchFormatException Fault(BatchFormatFault fault, string message) => new(fault, message);
}
