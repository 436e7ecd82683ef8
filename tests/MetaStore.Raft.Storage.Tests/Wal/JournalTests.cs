using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Raft.Storage.Wal.Verification;

namespace MetaStore.Raft.Storage.Tests.Wal;

public sealed class JournalTests
{
    private readonly SimDisk _disk = new();

    [Fact]
    public void Persist_EntryOfAnIndexAlreadyThere_ReplacesTheSuffix()
    {
        Write(
            [Logs.Append(Logs.Entry(1), Logs.Entry(2), Logs.Entry(3))],
            [Logs.State(2), Logs.Append(Logs.Entry(2, term: 2))]);
        Assert.Equal("1:1 2:2", Logs.Describe(Recover().Entries));
    }

    [Fact]
    public void Persist_MarkerInsideTheLog_KeepsTheTailBeforeIt()
    {
        Write([Logs.Append(Logs.Entry(1), Logs.Entry(2), Logs.Entry(3))], [Logs.Marker(2)]);
        var recovery = Recover();
        Assert.Equal("1:1 1:2 1:3", Logs.Describe(recovery.Entries));
        Assert.Equal(2UL, recovery.Marker!.Index);
        Assert.Equal([1UL, 2, 3], recovery.Marker.ConfState.Voters);
    }

    [Fact]
    public void Persist_MarkerBeyondTheLog_ReplacesIt()
    {
        Write([Logs.Append(Logs.Entry(1), Logs.Entry(2))], [Logs.Marker(10, term: 3)], [Logs.Append(Logs.Entry(11, term: 3))]);
        var recovery = Recover();
        Assert.Equal("3:11", Logs.Describe(recovery.Entries));
        Assert.Equal(11UL, recovery.FirstIndex);
    }

    [Fact]
    public void Persist_MarkerOfAnotherTerm_ReplacesTheLog()
    {
        Write([Logs.Append(Logs.Entry(1), Logs.Entry(2), Logs.Entry(3))], [Logs.Marker(2, term: 2)]);
        var recovery = Recover();
        Assert.Empty(recovery.Entries);
        Assert.Equal(2UL, recovery.LastIndex);
    }

    [Fact]
    public void DeleteBehind_WithoutMarker_KeepsEverything()
    {
        using var journal = Fill(40);
        var before = journal.SegmentCount;
        journal.TruncatePrefix(1000);
        Assert.Equal(before, journal.SegmentCount);
    }

    [Fact]
    public void DeleteBehind_Marker_DeletesWholeSegmentsAndKeepsState()
    {
        using (var journal = Fill(40))
        {
            journal.Persist([Logs.State(7, 3, 35)]);
            journal.Persist([Logs.Marker(30)]);
            var before = journal.SegmentCount;
            journal.TruncatePrefix(20);
            Assert.True(journal.SegmentCount < before);
            Assert.Equal(journal.SegmentCount, _disk.List("/wal").Count(name => name.EndsWith(".wal", StringComparison.Ordinal)));
        }

        var recovery = Recover();
        Assert.InRange(recovery.FirstIndex, 10UL, 21UL);
        Assert.Equal(40UL, recovery.LastIndex);
        Assert.Equal(new HardState(7, 3, 35), recovery.HardState);
        Assert.Equal(30UL, recovery.Marker!.Index);
    }

    [Fact]
    public void DeleteBehind_SuffixReplacedFromBelowTheOldestSegmentLeft_StillOpens()
    {
        // Entries 1 to 20 in term 1; from 8 on replaced in term 2, so that segments with the first 9 or more of term 1 are stale but
        // not all of them deletable when the marker is 10.
        using (var journal = Fill(20))
        {
            journal.Persist([Logs.State(2, 1, 7)]);
            for (ulong i = 8; i <= 30; i++)
            {
                journal.Persist([Logs.Append(Logs.Entry(i, term: 2, bytes: 1000))]);
            }

            journal.Persist([Logs.State(2, 1, 25), Logs.Marker(10, term: 2)]);
            journal.TruncatePrefix(10);
        }

        var recovery = Recover();
        Assert.Equal(30UL, recovery.LastIndex);
        Assert.InRange(recovery.FirstIndex, 2UL, 11UL);
        Assert.All(recovery.Entries, entry => Assert.Equal(entry.Index < 8 ? 1UL : 2UL, entry.Term));
    }

    [Fact]
    public void Verify_WholeAndDamaged_SaysWhatANodeWouldSayAndChangesNothing()
    {
        Fill(10).Dispose();
        Assert.Equal(ExitCodes.Ok, WalVerifier.Run("/wal", _disk).ExitCode);
        using var lines = new StringWriter();
        WalInspector.Print("/wal", lines, withRecords: true, _disk);
        Assert.Contains("Entry: index 10 term 1 Normal 1000 bytes", lines.ToString(), StringComparison.Ordinal);

        var path = "/wal/" + _disk.List("/wal")[0];
        var bad = (byte[])_disk.Content(path).Clone();
        bad[4096 + 80] ^= 1;
        _disk.Replace(path, bad);
        var verification = WalVerifier.Run("/wal", _disk);
        Assert.Equal(ExitCodes.WalCorrupt, verification.ExitCode);
        Assert.Contains(path, verification.Summary, StringComparison.Ordinal);
        Assert.Equal(bad, _disk.Content(path));
    }

    /// <summary>Zeros are no damage but a lost file.</summary>
    [Fact]
    public void Verify_OnlySegmentWithoutContent_SaysWhatANodeWouldSay()
    {
        Fill(1).Dispose();
        var path = "/wal/" + Assert.Single(_disk.List("/wal"));
        _disk.Replace(path, new byte[_disk.Content(path).Length]);
        var refused = Assert.Throws<StorageException>(Recover);

        var verification = WalVerifier.Run("/wal", _disk);

        Assert.Equal(ExitCodes.ForeignDirectory, refused.ExitCode);
        Assert.Equal((refused.ExitCode, refused.Message), (verification.ExitCode, verification.Summary));
    }

    /// <summary>The number is from a name and a header, both of which may be made by another hand.</summary>
    [Fact]
    public void SegmentWithANumberThatNoLogReaches_IsRefused()
    {
        Fill(1).Dispose();
        var name = Assert.Single(_disk.List("/wal"));
        var content = (byte[])_disk.Content("/wal/" + name).Clone();
        (Logs.HeaderOf(content) with { Sequence = 1UL << 32 }).Write(content);
        _disk.Rename("/wal/" + name, $"/wal/{1UL << 32:x16}{name[16..]}");
        _disk.Replace($"/wal/{1UL << 32:x16}{name[16..]}", content);

        Assert.Contains("no log has", Assert.Throws<WalCorruptException>(Recover).Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.WalCorrupt, WalVerifier.Run("/wal", _disk).ExitCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-1)]
    public void Open_SegmentMissing_Exits67(int which)
    {
        Fill(40).Dispose();
        var names = _disk.List("/wal");
        _disk.Delete("/wal/" + names[which < 0 ? names.Count + which : which]);
        var error = Assert.Throws<StorageException>(() => Recover());
        Assert.Equal(ExitCodes.ForeignDirectory, error.ExitCode);
        Assert.Contains("/wal", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnotherNodesLog_Exits67()
    {
        Fill(1).Dispose();
        var error = Assert.Throws<StorageException>(() => WalWriter.Open(Options() with { NodeId = 0xB2 }, out _));
        Assert.Equal(ExitCodes.ForeignDirectory, error.ExitCode);
    }

    [Fact]
    public void Open_SyncBeforeReadingFails_Exits74()
    {
        Fill(1).Dispose();
        _disk.Before = (what, _) =>
        {
            if (what == "fullsync")
            {
                throw new IOException("fsync failed", 5);
            }
        };
        Assert.Equal(ExitCodes.IoError, Assert.Throws<StorageException>(() => Recover()).ExitCode);
    }

    [Fact]
    public void Open_DiskFull_Exits75()
    {
        _disk.Before = (what, _) =>
        {
            if (what == "write")
            {
                throw new IOException("No space left on device", 28);
            }
        };
        Assert.Equal(ExitCodes.DiskFull, Assert.Throws<StorageException>(() => Recover()).ExitCode);
    }

    [Fact]
    public void Open_SegmentInTheMiddleCutShort_Exits65()
    {
        Fill(40).Dispose();
        var path = "/wal/" + _disk.List("/wal")[1];
        _disk.Replace(path, _disk.Content(path)[..8192]);
        Assert.Equal(ExitCodes.WalCorrupt, Assert.Throws<WalCorruptException>(() => Recover()).ExitCode);
    }

    private static WalOptions Options(SimDisk disk) => Logs.Options("/wal", disk, 16 << 10);

    private WalOptions Options() => Options(_disk);

    private void Write(params WalAppend[][] groups)
    {
        using var journal = WalWriter.Open(Options(), out _);
        foreach (var group in groups)
        {
            journal.Persist(group);
        }
    }

    private WalWriter Fill(int entries)
    {
        var journal = WalWriter.Open(Options(), out _);
        for (ulong i = 1; i <= (ulong)entries; i++)
        {
            journal.Persist([Logs.Append(Logs.Entry(i, bytes: 1000))]);
        }

        return journal;
    }

    private WalRecovery Recover()
    {
        using var journal = WalWriter.Open(Options(), out var recovery);
        return recovery;
    }
}
