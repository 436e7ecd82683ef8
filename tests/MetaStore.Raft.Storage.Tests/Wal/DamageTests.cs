using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Storage.Tests.Wal;

/// <summary>Every kind of damage to a small log: it is rejected or read completely, and acknowledged entries are never lost without an error.</summary>
public sealed class DamageTests
{
    private const int Sector = 512;
    private const int LastBatchStart = 3 * 4096;
    private const int ProofStart = 5 * 4096;

    // All cases take a minute: METASTORE_EXHAUSTIVE=1. Seven and eight have no common factor, so every bit position of a byte is covered.
    private static readonly int Stride = Environment.GetEnvironmentVariable("METASTORE_EXHAUSTIVE") == "1" ? 1 : 7;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SingleBitFlipped_Anywhere_IsRefusedOrHarmless(bool proven)
    {
        var (disk, path) = SmallLog(proven);
        var good = disk.Content(path);
        for (var bit = 0; bit < good.Length * 8;)
        {
            var bad = (byte[])good.Clone();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefusedOrWhole(disk, path, bad, $"bit {bit} (byte {bit / 8})", acknowledged: 4);

            // Every seventh bit (or every bit) of written data; one bit in every 16 bytes of the zeros between and after it.
            var sector = good.AsSpan(bit / 8 / Sector * Sector, Sector);
            bit += sector.ContainsAnyExcept((byte)0) ? Stride : 16 * 8;
        }
    }

    [Fact]
    public void SectorZeroed_ProvenLog_IsRefusedOrHarmless()
    {
        var (disk, path) = SmallLog(proven: true);
        var good = disk.Content(path);
        for (var sector = 0; sector < good.Length / Sector; sector++)
        {
            var bad = (byte[])good.Clone();
            bad.AsSpan(sector * Sector, Sector).Clear();
            AssertRefusedOrWhole(disk, path, bad, $"sector {sector}", acknowledged: 4);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(512)]
    [InlineData(2048)]
    [InlineData(4096)]
    public void BytesGoneFromTheMiddle_RestMovedUp_IsRefusedOrHarmless(int gone)
    {
        var (disk, path) = SmallLog(proven: true);
        var good = disk.Content(path);
        for (var from = 4096; from < 6 * 4096; from += Stride)
        {
            var bad = new byte[good.Length];
            good.AsSpan(0, from).CopyTo(bad);
            good.AsSpan(from + gone).CopyTo(bad.AsSpan(from));

            // Without the start of its proof the last batch counts as unproven.
            var hitsProof = from < ProofStart && from + gone > ProofStart;
            AssertRefusedOrWhole(disk, path, bad, $"{gone} bytes gone from {from}", acknowledged: hitsProof ? 3 : 4);
        }
    }

    [Fact]
    public void SectorZeroed_UnprovenLog_LosesAtMostTheLastBatch()
    {
        var (disk, path) = SmallLog(proven: false);
        var good = disk.Content(path);
        for (var sector = 0; sector < good.Length / Sector; sector++)
        {
            var bad = (byte[])good.Clone();
            bad.AsSpan(sector * Sector, Sector).Clear();
            AssertRefusedOrWhole(disk, path, bad, $"sector {sector}", acknowledged: 3);
        }
    }

    [Fact]
    public void LastBatch_EverySubsetOfItsSectorsArrived_StartsWithoutItOrWithAllOfIt()
    {
        var (disk, path) = SmallLog(proven: false);
        var good = disk.Content(path);
        var sectors = Enumerable.Range(LastBatchStart / Sector, 16).ToArray();
        var all = (1 << sectors.Length) - 1;
        Assert.All(sectors, sector => Assert.True(good.AsSpan(sector * Sector, Sector).ContainsAnyExcept((byte)0)));
        foreach (var arrived in Enumerable.Range(0, all).Where(subset => subset % (Stride * 5) == 0).Append(all))
        {
            var bad = (byte[])good.Clone();
            for (var i = 0; i < sectors.Length; i++)
            {
                if ((arrived & (1 << i)) == 0)
                {
                    bad.AsSpan(sectors[i] * Sector, Sector).Clear();
                }
            }

            var copy = disk.Copy();
            copy.Replace(path, bad);
            using var journal = WalWriter.Open(Logs.Options("/wal", copy, good.Length), out var recovery);
            var isWhole = arrived == all;
            Assert.Equal(isWhole ? 4 : 3, recovery.Entries.Count);
            Assert.Equal(!isWhole && arrived != 0, recovery.TailRepaired);
            Assert.Equal(recovery.TailRepaired, copy.FileExists(path + ".broken-1"));
            if (recovery.TailRepaired)
            {
                Assert.Equal(bad, copy.Content(path + ".broken-1"));
                Assert.Contains(path, recovery.RepairNote, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void DamagedMiddle_Refused_NamesFileOffsetAndIndexes()
    {
        var (disk, path) = SmallLog(proven: true);
        var bad = disk.Content(path);
        bad[(2 * 4096) + 100] ^= 1;
        var error = Assert.Throws<WalCorruptException>(() => WalWriter.Open(Logs.Options("/wal", disk, bad.Length), out _));
        Assert.Equal(ExitCodes.WalCorrupt, error.ExitCode);
        Assert.Equal(path, error.File);
        Assert.Equal(2 * 4096, error.Offset);
        Assert.Equal(3UL, error.FirstIndex);
        Assert.Equal(4UL, error.LastIndex);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CommitIndexBeyondTheLog_IsRefused()
    {
        var disk = new SimDisk();
        var options = Logs.Options("/wal", disk);
        using (var journal = WalWriter.Open(options, out _))
        {
            journal.Persist([Logs.Append(Logs.Entry(1), Logs.Entry(2))]);
            journal.Persist([Logs.State(1, 1, 2)]);
            journal.ConfirmTail();

            // A core that replaces committed entries is broken; so is a log that ends before the commit index.
            journal.Persist([Logs.Append(Logs.Entry(1, term: 2))]);
        }

        var error = Assert.Throws<WalCorruptException>(() => WalWriter.Open(options, out _));
        Assert.Equal((2UL, 2UL), (error.FirstIndex, error.LastIndex));
    }

    /// <summary>One segment of 32 KiB: batch 1-2 in page 1, batch 3 in page 2, batch 4 (two pages, zero sectors inside) in 3 and 4.</summary>
    private static (SimDisk Disk, string Path) SmallLog(bool proven)
    {
        var disk = new SimDisk();
        using var journal = WalWriter.Open(Logs.Options("/wal", disk, 32 << 10), out _);
        journal.Persist([Logs.State(1, 1), Logs.Append(Logs.Entry(1, bytes: 40), Logs.Entry(2, bytes: 900))]);
        journal.Persist([Logs.Append(Logs.Entry(3, bytes: 700))]);
        var data = new byte[5000];
        Logs.Data(4, 1, 1000).CopyTo(data, 0);
        Logs.Data(4, 1, 2000).CopyTo(data, 3000);
        journal.Persist([Logs.Append(new Entry(1, 4, EntryType.Normal, data))]);
        if (proven)
        {
            journal.ConfirmTail();
        }

        return (disk, "/wal/" + disk.List("/wal").Single());
    }

    private static void AssertRefusedOrWhole(SimDisk disk, string path, byte[] content, string what, int acknowledged)
    {
        var copy = disk.Copy();
        copy.Replace(path, content);
        try
        {
            using var journal = WalWriter.Open(Logs.Options("/wal", copy, content.Length), out var recovery);
            Assert.True(recovery.Entries.Count >= acknowledged, $"{what}: only {recovery.Entries.Count} entries are left, without an error");
            Assert.Equal(new HardState(1, 1, 0), recovery.HardState);
        }
        catch (StorageException error)
        {
            Assert.InRange(error.ExitCode, ExitCodes.WalCorrupt, ExitCodes.NewerFormat);
            Assert.Equal(content, copy.Content(path));
        }
    }
}
