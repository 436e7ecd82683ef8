using System.Buffers.Binary;
using MetaStore.IO;

namespace MetaStore.Raft.Storage;

/// <summary>Owner of a data directory. Written once, as the last step of its creation.</summary>
/// <param name="FormatVersion">Layout of the directory.</param>
/// <param name="ClusterId">Cluster the data belongs to.</param>
/// <param name="NodeId">Member the data belongs to.</param>
/// <param name="Nonce">Random, chosen with the directory: distinguishes two directories of one member.</param>
/// <param name="Engine">Engine that holds the state.</param>
public readonly record struct DirectoryIdentity(uint FormatVersion, ulong ClusterId, ulong NodeId, ulong Nonce, EngineKind Engine = EngineKind.Memory)
{
    /// <summary>Newest known layout. 2 names the engine; a directory of the memory engine uses 1, which older programs can read.</summary>
    internal const uint CurrentVersion = 2;
    internal const int Bytes = 48;
    private const ulong Magic = 0x0100_0044_4954_534D; // "MSTID", two zero bytes, 1
    private const int CrcOffset = Bytes - 4;

    /// <summary>The identity of a new directory, in the oldest layout that can express it.</summary>
    internal static DirectoryIdentity Create(ulong clusterId, ulong nodeId, ulong nonce, EngineKind engine) =>
        new(engine == EngineKind.Memory ? 1 : CurrentVersion, clusterId, nodeId, nonce, engine);

    internal byte[] Encode()
    {
        var bytes = new byte[Bytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), FormatVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), (uint)Engine);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), ClusterId);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), NodeId);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), Nonce);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(CrcOffset), Crc32C.Compute(bytes.AsSpan(0, CrcOffset)));
        return bytes;
    }

    internal static bool TryDecode(ReadOnlySpan<byte> source, out DirectoryIdentity identity)
    {
        identity = default;
        if (source.Length != Bytes
            || BinaryPrimitives.ReadUInt64LittleEndian(source) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(source[CrcOffset..]) != Crc32C.Compute(source[..CrcOffset]))
        {
            return false;
        }

        identity = new DirectoryIdentity(
            BinaryPrimitives.ReadUInt32LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[32..]),
            (EngineKind)BinaryPrimitives.ReadUInt32LittleEndian(source[12..]));
        return true;
    }
}
