using System.Buffers.Binary;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Snapshots;

/// <summary>Header of a snapshot container.</summary>
/// <param name="FormatVersion">See <see cref="SnapshotFormat.Version"/>.</param>
/// <param name="ClusterId">Cluster of the state.</param>
/// <param name="Revision">Store revision of the state; 0 when not given.</param>
/// <param name="Metadata">Log position.</param>
/// <param name="Body">Kind of the content; the reader refuses unknown ones.</param>
internal sealed record SnapshotHeader(uint FormatVersion, ulong ClusterId, long Revision, SnapshotMetadata Metadata, SnapshotBody Body)
{
    /// <summary>A header with the version that the body requires.</summary>
    internal static SnapshotHeader Of(ulong clusterId, long revision, SnapshotMetadata metadata, SnapshotBody body) => new(
        VersionOf(body), clusterId, revision, metadata, body);

    internal byte[] Encode()
    {
        var confBytes = ConfStateCodec.Size(Metadata.ConfState);
        var bytes = new byte[SnapshotFormat.HeaderFixedBytes + confBytes + 4];
        var span = bytes.AsSpan();
        BinaryPrimitives.WriteUInt64LittleEndian(span, SnapshotFormat.HeaderMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(span[8..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(span[12..], bytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(span[16..], ClusterId);
        BinaryPrimitives.WriteUInt64LittleEndian(span[24..], Metadata.Index);
        BinaryPrimitives.WriteUInt64LittleEndian(span[32..], Metadata.Term);
        BinaryPrimitives.WriteInt64LittleEndian(span[40..], Revision);
        BinaryPrimitives.WriteInt32LittleEndian(span[48..], (int)Body);
        ConfStateCodec.Write(Metadata.ConfState, span.Slice(SnapshotFormat.HeaderFixedBytes, confBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(span[^4..], Crc32C.Compute(span[..^4]));
        return bytes;
    }

    /// <summary>Length of the whole header, read from its first bytes; checked against the limit before memory is allocated.</summary>
    internal static bool TryReadLength(ReadOnlySpan<byte> start, out int length)
    {
        length = 0;
        if (start.Length < SnapshotFormat.HeaderFixedBytes
            || BinaryPrimitives.ReadUInt64LittleEndian(start) != SnapshotFormat.HeaderMagic)
        {
            return false;
        }

        length = BinaryPrimitives.ReadInt32LittleEndian(start[12..]);
        return length is > SnapshotFormat.HeaderFixedBytes + 4 and <= SnapshotFormat.HeaderBytesMax;
    }

    private static uint VersionOf(SnapshotBody body) => body switch
    {
        SnapshotBody.Portable => SnapshotFormat.PortableVersion,
        SnapshotBody.Pages => SnapshotFormat.PagesVersion,
        _ => SnapshotFormat.BodyVersion,
    };

    internal static bool TryDecode(ReadOnlySpan<byte> source, out SnapshotHeader? header)
    {
        header = null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(source[^4..]) != Crc32C.Compute(source[..^4])
            || !ConfStateCodec.TryRead(source[SnapshotFormat.HeaderFixedBytes..^4], out var state))
        {
            return false;
        }

        var metadata = new SnapshotMetadata(
            BinaryPrimitives.ReadUInt64LittleEndian(source[24..]), BinaryPrimitives.ReadUInt64LittleEndian(source[32..]), state);
        header = new SnapshotHeader(
            BinaryPrimitives.ReadUInt32LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[40..]),
            metadata,
            (SnapshotBody)BinaryPrimitives.ReadInt32LittleEndian(source[48..]));
        return true;
    }
}
