using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Storage.Tests.Wal;

public sealed class WriteAheadLogTests
{
    [Fact]
    public void Open_EmptyFolder_GivesAnEmptyLog()
    {
        using var folder = new TemporaryFolder();
        using var log = WriteAheadLog.Open(Logs.Options(folder.At("wal")), out var recovery);

        Assert.True(recovery.IsNew);
        Assert.Empty(recovery.Entries);
        Assert.True(recovery.HardState.IsEmpty);
        Assert.Null(recovery.Marker);
        Assert.Equal(1UL, recovery.FirstIndex);
        Assert.Equal(0UL, recovery.LastIndex);
    }

    [Fact]
    public void Append_ThenReopen_GivesEverythingBack()
    {
        using var folder = new TemporaryFolder();
        var options = Logs.Options(folder.At("wal"));
        var done = new DurableCounter();
        using (var log = WriteAheadLog.Open(options, out _))
        {
            log.Append(new WalAppend { HardState = new HardState(3, 2, 0), MustSync = true, Completion = done });
            log.Append(Logs.Append(done, Logs.Entry(1, 3), Logs.Entry(2, 3, bytes: 5000), Logs.Entry(3, 3, bytes: 0)));
            log.Append(new WalAppend { HardState = new HardState(3, 2, 2), Completion = done });
            done.WaitFor(3);
        }

        using var reopened = WriteAheadLog.Open(options, out var recovery);
        Assert.False(recovery.IsNew);
        Assert.False(recovery.TailRepaired, recovery.RepairNote);
        Assert.Equal(new HardState(3, 2, 2), recovery.HardState);
        Assert.Equal("3:1 3:2 3:3", Logs.Describe(recovery.Entries));
        Assert.Equal(Logs.Data(2, 3, 5000), recovery.Entries[1].Data.ToArray());
        Assert.True(recovery.Entries[2].Data.IsEmpty);
    }

    [Fact]
    public void Append_PastTheSegmentSize_RollsAndReadsBack()
    {
        using var folder = new TemporaryFolder();
        var options = Logs.Options(folder.At("wal"));
        var done = new DurableCounter();
        using (var log = WriteAheadLog.Open(options, out _))
        {
            for (ulong i = 1; i <= 100; i++)
            {
                log.Append(Logs.Append(done, Logs.Entry(i, bytes: 3000)));
                done.WaitFor((int)i);
            }

            // Larger than a whole segment.
            log.Append(Logs.Append(done, Logs.Entry(101, bytes: 200_000)));
            done.WaitFor(101);
        }

        Assert.True(Directory.GetFiles(folder.At("wal"), "*.wal").Length > 5);
        using var reopened = WriteAheadLog.Open(options, out var recovery);
        Assert.Equal(101, recovery.Entries.Count);
        Assert.Equal(Logs.Data(101, 1, 200_000), recovery.Entries[100].Data.ToArray());
        Assert.Equal(Logs.Data(50, 1, 3000), recovery.Entries[49].Data.ToArray());
    }

    [Fact]
    public void TruncatePrefix_ThenAppend_UsesTheSegmentsAgainOnRealFiles()
    {
        using var folder = new TemporaryFolder();
        var options = Logs.Options(folder.At("wal"));
        Fill(options, from: 1, to: 100);
        Assert.Equal(options.SpareSegments, Directory.GetFiles(folder.At("wal"), "*.spare").Length);

        Fill(options, from: 101, to: 140);
        Assert.Contains(
            Directory.GetFiles(folder.At("wal"), "*.wal"), path => Logs.HeaderOf(File.ReadAllBytes(path)).Tags!.Earlier.Length > 0);

        using var log = WriteAheadLog.Open(options, out var recovery);
        Assert.Equal(140UL, recovery.LastIndex);
        Assert.False(recovery.TailRepaired, recovery.RepairNote);
        Assert.All(recovery.Entries, entry => Assert.Equal(Logs.Data(entry.Index, 1, 3000), entry.Data.ToArray()));
        Assert.Equal(Directory.GetFiles(folder.At("wal"), "*.spare").Length * options.SegmentBytes, log.SpareBytes);
        Assert.Equal(log.SpareBytes, options.SpareSegments * options.SegmentBytes);
        log.ReleaseSpares();
        Assert.Empty(Directory.GetFiles(folder.At("wal"), "*.spare"));
    }

    // Closing the log waits until the segments that it gave up are put aside.
    private static void Fill(WalOptions options, ulong from, ulong to)
    {
        var done = new DurableCounter();
        using var log = WriteAheadLog.Open(options, out _);
        for (var i = from; i <= to; i++)
        {
            log.Append(Logs.Append(done, Logs.Entry(i, bytes: 3000)));
            done.WaitFor((int)(i - from + 1));
        }

        log.Append(Logs.Marker(to));
        log.TruncatePrefix(to);
    }
}
