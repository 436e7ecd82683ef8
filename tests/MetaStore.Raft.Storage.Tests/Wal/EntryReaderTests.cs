using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Storage.Tests.Wal;

public sealed class EntryReaderTests
{
    private readonly SimDisk _disk = new();

    [Fact]
    public void Read_Everything_ReturnsWhatWasWritten()
    {
        using var journal = Fill(40);

        Assert.True(journal.SegmentCount > 2);
        AssertHas(journal, 1, 40);
        AssertHas(journal, 17, 17);
    }

    [Fact]
    public void Read_AfterAnotherStart_FindsTheFramesOfBefore()
    {
        Fill(40).Dispose();
        using var journal = WalWriter.Open(Options(), out _);
        journal.Persist([Logs.Append(Logs.Entry(41, bytes: 1000))]);

        AssertHas(journal, 3, 41);
    }

    [Fact]
    public void Read_WithALimit_EndsWithTheFrameThatPassesIt()
    {
        using var journal = Fill(40);

        Assert.Equal([5UL], Indexes(journal.Read(5, 41, maxBytes: 0)));
        Assert.Equal([5UL, 6, 7], Indexes(journal.Read(5, 41, maxBytes: 2500)));
        Assert.Equal([5UL, 6], Indexes(journal.Read(5, 7, maxBytes: long.MaxValue)));
    }

    [Fact]
    public void Read_ReplacedEntries_ReturnsTheNewest()
    {
        using var journal = WalWriter.Open(Options(), out _);
        journal.Persist([Logs.Append(Logs.Entry(1), Logs.Entry(2), Logs.Entry(3), Logs.Entry(4))]);
        journal.Persist([Logs.Append(Logs.Entry(5), Logs.Entry(6))]);
        journal.Persist([Logs.Append(Logs.Entry(3, term: 2))]);
        journal.Persist([Logs.Append(Logs.Entry(4, term: 2), Logs.Entry(5, term: 2))]);

        Assert.Equal("1:1 1:2 2:3 2:4 2:5", Logs.Describe(journal.Read(1, 6, long.MaxValue)!));
    }

    [Fact]
    public void Read_EntriesReplacedWithinOneFrame_ReturnsTheNewest()
    {
        using var journal = WalWriter.Open(Options(), out _);
        journal.Persist([Logs.Append(Logs.Entry(1), Logs.Entry(2), Logs.Entry(3))]);
        journal.Persist([Logs.Append(Logs.Entry(4), Logs.Entry(5)), Logs.Append(Logs.Entry(3, term: 2), Logs.Entry(4, term: 2))]);

        Assert.Equal("1:1 1:2 2:3 2:4", Logs.Describe(journal.Read(1, 5, long.MaxValue)!));
    }

    [Fact]
    public void Read_SegmentsGivenUp_ReturnsNothing()
    {
        using var journal = Fill(40);
        journal.Persist([Logs.Marker(35)]);
        journal.TruncatePrefix(30);

        Assert.Null(journal.Read(1, 41, long.MaxValue));
        AssertHas(journal, 31, 40);
    }

    [Fact]
    public void Read_SegmentGivenUpMeanwhile_ReturnsNothing()
    {
        using var journal = Fill(40);
        journal.Persist([Logs.Marker(35)]);
        var given = false;
        _disk.Opening = path =>
        {
            if (!given)
            {
                given = true;
                journal.TruncatePrefix(30);
            }
        };

        Assert.Null(journal.Read(1, 41, long.MaxValue));
        Assert.True(given);
    }

    [Fact]
    public void Read_SegmentWithOtherContentGivenUpMeanwhile_ReturnsNothing()
    {
        using var journal = Fill(40);
        journal.Persist([Logs.Marker(35)]);
        var first = "/wal/" + _disk.List("/wal")[0];
        var other = "/wal/" + _disk.List("/wal")[1];
        _disk.Opening = path =>
        {
            if (path == first)
            {
                _disk.Opening = null;
                var content = _disk.Content(other);
                journal.TruncatePrefix(30);
                _disk.Replace(first, content);
            }
        };

        Assert.Null(journal.Read(1, 41, long.MaxValue));
    }

    [Fact]
    public void Read_FlippedBit_Exits65WithPlaceAndIndex()
    {
        using var journal = Fill(40);
        var path = "/wal/" + _disk.List("/wal")[0];
        var content = _disk.Content(path)[..];
        content[4096 + 4096 + 200] ^= 4;
        _disk.Replace(path, content);

        AssertHas(journal, 1, 1);
        var damage = Assert.Throws<WalCorruptException>(() => journal.Read(1, 41, long.MaxValue));
        Assert.Equal((ExitCodes.WalCorrupt, path, 8192L, 2UL), (damage.ExitCode, damage.File, damage.Offset, damage.FirstIndex));
    }

    [Fact]
    public void Read_FrameOfAnotherSegment_Exits65()
    {
        using var journal = Fill(40);
        _disk.Replace("/wal/" + _disk.List("/wal")[0], _disk.Content("/wal/" + _disk.List("/wal")[1]));

        Assert.Throws<WalCorruptException>(() => journal.Read(1, 41, long.MaxValue));
    }

    [Fact]
    public void Read_SegmentGone_Exits67()
    {
        using var journal = Fill(40);
        _disk.Delete("/wal/" + _disk.List("/wal")[0]);

        Assert.Equal(ExitCodes.ForeignDirectory, Assert.Throws<StorageException>(() => journal.Read(1, 41, long.MaxValue)).ExitCode);
    }

    [Fact]
    public void Read_RandomLogs_AgreeWithAPlainList()
    {
        const int Seed = 11;
        var random = new Random(Seed);
        List<Entry> model = [];
        var journal = WalWriter.Open(Options(), out _);
        ulong marker = 0;
        for (ulong step = 1; step <= 600; step++)
        {
            var keep = random.Next(4) == 0 ? random.Next((int)marker, model.Count + 1) : model.Count;
            Entry[] run = [.. Enumerable.Range(keep + 1, random.Next(1, 6)).Select(index => Logs.Entry((ulong)index, step, random.Next(10, 2000)))];
            model.RemoveRange(keep, model.Count - keep);
            model.AddRange(run);
            journal.Persist([Logs.Append(run)]);
            switch (random.Next(12))
            {
                case 0:
                    marker = (ulong)random.Next((int)marker, model.Count + 1);
                    journal.Persist([Logs.Marker(marker, marker == 0 ? 0 : model[(int)marker - 1].Term)]);
                    journal.TruncatePrefix(marker);
                    break;
                case 1:
                    journal.Dispose();
                    journal = WalWriter.Open(Options(), out _);
                    break;
                default:
                    break;
            }

            var low = (ulong)random.Next((int)marker + 1, model.Count + 1);
            if (low <= (ulong)model.Count && low > marker)
            {
                var read = journal.Read(low, (ulong)model.Count + 1, random.Next(8000))!;
                Assert.Equal(Logs.Describe(model.Skip((int)low - 1).Take(read.Count)), Logs.Describe(read));
                Assert.All(read, entry => Assert.Equal(Logs.Data(entry.Index, entry.Term, entry.Data.Length), entry.Data.ToArray()));
                Assert.NotEmpty(read);
            }
        }

        journal.Dispose();
    }

    private static ulong[] Indexes(IReadOnlyList<Entry>? entries) => [.. entries!.Select(entry => entry.Index)];

    private static void AssertHas(WalWriter journal, ulong first, ulong last)
    {
        var entries = journal.Read(first, last + 1, long.MaxValue)!;
        Assert.Equal(last - first + 1, (ulong)entries.Count);
        Assert.All(entries, (entry, at) => Assert.Equal(first + (ulong)at, entry.Index));
        Assert.All(entries, entry => Assert.Equal(Logs.Data(entry.Index, entry.Term, 1000), entry.Data.ToArray()));
    }

    private WalOptions Options() => Logs.Options("/wal", _disk, 16 << 10);

    private WalWriter Fill(int entries)
    {
        var journal = WalWriter.Open(Options(), out _);
        for (ulong i = 1; i <= (ulong)entries; i++)
        {
            journal.Persist([Logs.Append(Logs.Entry(i, bytes: 1000))]);
        }

        return journal;
    }
}
