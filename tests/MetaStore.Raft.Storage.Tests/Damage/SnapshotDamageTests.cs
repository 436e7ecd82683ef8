using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Tests.Disks;
using Xunit.Abstractions;

namespace MetaStore.Raft.Storage.Tests.Damage;

/// <summary>A snapshot of 64 KiB with every possible damage at one position: it is always rejected.</summary>
public sealed class SnapshotDamageTests(ITestOutputHelper output)
{
    private const int Size = 64 << 10;
    private const int Sector = 512;
    private const ulong Cluster = 0xC1;

    private static readonly (string Path, byte[] Bytes) Good = Write();

    [Fact]
    public void EveryBitFlipped() => Try(
        "snapshot, bit flipped", Size * 8, stride: 251, bit =>
        {
            var bytes = (byte[])Good.Bytes.Clone();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            return bytes;
        });

    [Fact]
    public void EverySectorZeroed() => Try(
        "snapshot, sector zeroed", Size / Sector, stride: 1, sector =>
        {
            var bytes = (byte[])Good.Bytes.Clone();
            bytes.AsSpan(sector * Sector, Sector).Clear();
            return bytes;
        });

    [Fact]
    public void EveryLength() => Try("snapshot, cut to a length", Size, stride: 61, length => Good.Bytes[..length]);

    private void Try(string what, int count, int stride, Func<int, byte[]> harm) => new DamageTally(what, output).Run(
        count,
        stride,
        number =>
        {
            var disk = new SimDisk();
            disk.CreateDirectory("/snap");
            disk.Replace(Good.Path, harm(number));
            try
            {
                SnapshotStore.Open("/snap", Cluster, disk).OpenNewest();
                return ("whole", "damaged but accepted");
            }
            catch (StorageException error)
            {
                return ($"refused with {error.ExitCode}", error.ExitCode is ExitCodes.StateCorrupt ? null : error.Message);
            }
        });

    private static (string Path, byte[] Bytes) Write()
    {
        var disk = new SimDisk();
        var store = SnapshotStore.Open("/snap", Cluster, disk);
        var meta = new SnapshotMetadata(10, 2, new ConfState([1, 2, 3], [4], [], [], false));
        var empty = store.Write(meta, _ => { });
        var state = new byte[Size - empty.FileBytes - 8];
        new Random(1).NextBytes(state);
        var path = store.Write(meta, stream => stream.Write(state)).Path;
        var bytes = disk.Content(path);
        Assert.Equal(Size, bytes.Length);
        return (path, bytes);
    }
}
