using System.Buffers;
using System.Buffers.Binary;
using MetaStore.Raft.Runtime.Batching.Compression;

namespace MetaStore.Raft.Runtime.Batching;

/// <summary>Encodes proposals as log entry data: a single proposal is stored as is, two or more are wrapped in a batch.</summary>
/// <remarks>Decodes any entry, whatever the settings; layout in <see cref="ProposalFormat"/>. Thread-safe.</remarks>
public static class ProposalCodec
{
    /// <summary>Maximum unpacked size of a payload, 64 MiB: four times the largest entry, so that a compressed entry cannot take much more memory than a plain one.</summary>
    public const int UnpackedBytesMax = 64 << 20;

    /// <summary>True when <paramref name="data"/> is a batch and not a single proposal.</summary>
    public static bool IsBatch(ReadOnlySpan<byte> data) => !data.IsEmpty && data[0] == ProposalFormat.BatchKind;

    /// <summary>Encodes commands into a new array, for tools and tests; the batcher writes the same bytes in place.</summary>
    /// <param name="memberId">The proposing member.</param>
    /// <param name="firstId">ID of the first command.</param>
    /// <param name="commands">At least one.</param>
    /// <param name="compression">Used for wrapped payloads only, and only when it makes them smaller.</param>
    public static byte[] Encode(
        ulong memberId, ulong firstId, IReadOnlyList<ReadOnlyMemory<byte>> commands, BatchCompression compression = BatchCompression.None)
    {
        ArgumentOutOfRangeException.ThrowIfZero(commands.Count);
        int bytes = ProposalFormat.BatchHeaderBytes + (commands.Count * ProposalFormat.LengthBytes) + commands.Sum(c => c.Length);
        byte[] buffer = new byte[bytes];
        int position = ProposalFormat.BatchHeaderBytes;
        foreach (ReadOnlyMemory<byte> command in commands)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(position), (uint)command.Length);
            command.Span.CopyTo(buffer.AsSpan(position + ProposalFormat.LengthBytes));
            position += ProposalFormat.LengthBytes + command.Length;
        }

        ReadOnlyMemory<byte> data = Seal(buffer, memberId, firstId, commands.Count);
        return Compress(data, compression, compressionMinBytes: 0).ToArray();
    }

    /// <summary>Decodes an entry's data.</summary>
    /// <returns>Slices of <paramref name="data"/>, or of one new array when it was compressed.</returns>
    /// <exception cref="ProposalCodecException">The data is malformed.</exception>
    public static ProposalBatch Decode(ReadOnlyMemory<byte> data)
    {
        ReadOnlySpan<byte> span = data.Span;
        if (span.Length < 2)
        {
            throw Fault(ProposalCodecFault.Truncated, $"a log entry of {span.Length} bytes cannot hold a proposal");
        }

        bool wrapped = span[0] == ProposalFormat.BatchKind;
        if (!wrapped && span[0] != ProposalFormat.ProposalKind)
        {
            throw Fault(ProposalCodecFault.UnknownKind, $"a log entry starts with 0x{span[0]:x2}, neither a proposal nor a batch");
        }

        if (span[1] != ProposalFormat.Version)
        {
            throw Fault(ProposalCodecFault.UnknownVersion, $"a log entry has version {span[1]}, this program reads version {ProposalFormat.Version}");
        }

        int header = wrapped ? ProposalFormat.BatchHeaderBytes : ProposalFormat.ProposalHeaderBytes;
        if (span.Length < header)
        {
            throw Fault(ProposalCodecFault.Truncated, $"a log entry of {span.Length} bytes ends inside its header of {header}");
        }

        return wrapped
            ? DecodeWrapped(data)
            : new ProposalBatch(
                BinaryPrimitives.ReadUInt64LittleEndian(span[2..]),
                BinaryPrimitives.ReadUInt64LittleEndian(span[10..]),
                count: 1,
                wrapped: false,
                data[ProposalFormat.ProposalHeaderBytes..]);
    }

    /// <summary>Writes the matching header in front of the commands, which start after <see cref="ProposalFormat.Headroom"/>.</summary>
    /// <param name="buffer">Unused headroom, then the payload.</param>
    /// <param name="memberId">The proposing member.</param>
    /// <param name="firstId">ID of the first command.</param>
    /// <param name="count">Commands in the payload; a single one is not wrapped.</param>
    /// <returns>The part of <paramref name="buffer"/> that is the entry's data.</returns>
    internal static ReadOnlyMemory<byte> Seal(Memory<byte> buffer, ulong memberId, ulong firstId, int count)
    {
        if (count == 1)
        {
            Memory<byte> single = buffer[(ProposalFormat.Headroom - ProposalFormat.ProposalHeaderBytes)..];
            Span<byte> header = single.Span;
            header[0] = ProposalFormat.ProposalKind;
            header[1] = ProposalFormat.Version;
            BinaryPrimitives.WriteUInt64LittleEndian(header[2..], memberId);
            BinaryPrimitives.WriteUInt64LittleEndian(header[10..], firstId);
            return single;
        }

        Span<byte> span = buffer.Span;
        span[0] = ProposalFormat.BatchKind;
        span[1] = ProposalFormat.Version;
        span[2] = (byte)BatchCompression.None;
        BinaryPrimitives.WriteUInt64LittleEndian(span[3..], memberId);
        BinaryPrimitives.WriteUInt64LittleEndian(span[11..], firstId);
        BinaryPrimitives.WriteUInt32LittleEndian(span[19..], (uint)count);
        return buffer;
    }

    /// <summary>Compresses the payload of a batch, if it is large enough and becomes smaller.</summary>
    internal static ReadOnlyMemory<byte> Compress(ReadOnlyMemory<byte> data, BatchCompression compression, int compressionMinBytes)
    {
        int payload = data.Length - ProposalFormat.BatchHeaderBytes;
        if (compression == BatchCompression.None || !IsBatch(data.Span) || payload < compressionMinBytes)
        {
            return data;
        }

        // What does not fit here has not become smaller, so the target never needs to be larger than the source. The entry gets an array of its exact
        // size, because the log keeps it for long.
        byte[] scratch = ArrayPool<byte>.Shared.Rent(data.Length);
        try
        {
            int header = ProposalFormat.BatchHeaderBytes + ProposalFormat.UnpackedLengthBytes;
            Span<byte> packed = scratch.AsSpan(0, data.Length);
            int length = BatchCompressors.For(compression).Pack(data.Span[ProposalFormat.BatchHeaderBytes..], packed[header..]);
            if (length < 0)
            {
                return data;
            }

            data.Span[..ProposalFormat.BatchHeaderBytes].CopyTo(packed);
            packed[2] = (byte)compression;
            BinaryPrimitives.WriteUInt32LittleEndian(packed[ProposalFormat.BatchHeaderBytes..], (uint)payload);
            return packed[..(header + length)].ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private static ProposalBatch DecodeWrapped(ReadOnlyMemory<byte> data)
    {
        ReadOnlySpan<byte> span = data.Span;
        byte compression = span[2];
        ulong memberId = BinaryPrimitives.ReadUInt64LittleEndian(span[3..]);
        ulong firstId = BinaryPrimitives.ReadUInt64LittleEndian(span[11..]);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(span[19..]);
        ReadOnlyMemory<byte> payload = data[ProposalFormat.BatchHeaderBytes..];
        if (compression != (byte)BatchCompression.None)
        {
            payload = Unpack(compression, payload.Span);
        }

        if (count == 0 || count > (uint)payload.Length / ProposalFormat.LengthBytes)
        {
            throw Fault(ProposalCodecFault.Overflow, $"a batch claims {count} proposals in {payload.Length} bytes");
        }

        Check(payload.Span, (int)count);
        return new ProposalBatch(memberId, firstId, (int)count, wrapped: true, payload);
    }

    private static void Check(ReadOnlySpan<byte> payload, int count)
    {
        for (int position = 0; position < count; position++)
        {
            if (payload.Length < ProposalFormat.LengthBytes)
            {
                throw Fault(ProposalCodecFault.Truncated, $"a batch of {count} ends before the length of proposal {position}");
            }

            uint length = BinaryPrimitives.ReadUInt32LittleEndian(payload);
            payload = payload[ProposalFormat.LengthBytes..];
            if (length > (uint)payload.Length)
            {
                throw Fault(
                    length > UnpackedBytesMax ? ProposalCodecFault.Overflow : ProposalCodecFault.Truncated,
                    $"proposal {position} of a batch of {count} claims {length} bytes, {payload.Length} are left");
            }

            payload = payload[(int)length..];
        }

        if (!payload.IsEmpty)
        {
            throw Fault(ProposalCodecFault.TrailingBytes, $"{payload.Length} bytes follow the last of {count} proposals of a batch");
        }
    }

    private static byte[] Unpack(byte compression, ReadOnlySpan<byte> payload)
    {
        if (!Enum.IsDefined((BatchCompression)compression))
        {
            throw Fault(ProposalCodecFault.UnknownCompression, $"a batch uses compression {compression}, which this program does not know");
        }

        if (payload.Length < ProposalFormat.UnpackedLengthBytes)
        {
            throw Fault(ProposalCodecFault.Truncated, "a compressed batch ends before its unpacked length");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        if (length > UnpackedBytesMax)
        {
            throw Fault(ProposalCodecFault.TooLarge, $"a batch claims to unpack to {length} bytes, at most {UnpackedBytesMax} are allowed");
        }

        IBatchCompressor compressor = BatchCompressors.For((BatchCompression)compression);
        ReadOnlySpan<byte> packed = payload[ProposalFormat.UnpackedLengthBytes..];
        if (length > (long)packed.Length * compressor.MostPerByte)
        {
            // Checked before memory is allocated: a few bytes that claim a large size must not cost anything.
            throw Fault(ProposalCodecFault.CorruptPayload, $"{packed.Length} bytes compressed with {(BatchCompression)compression} cannot be the {length} they claim");
        }

        byte[] plain = GC.AllocateUninitializedArray<byte>((int)length);
        if (!compressor.TryUnpack(packed, plain))
        {
            throw Fault(ProposalCodecFault.CorruptPayload, $"a batch compressed with {(BatchCompression)compression} does not unpack to the {length} bytes it claims");
        }

        return plain;
    }

    private static ProposalCodecException Fault(ProposalCodecFault fault, string message) => new(fault, message);
}
