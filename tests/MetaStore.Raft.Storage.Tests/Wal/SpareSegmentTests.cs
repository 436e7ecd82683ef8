using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Storage.Tests.Wal;

/// <summary>Segments that the log gives up become later segments, and nothing of their earlier content is taken for the log's.</summary>
public sealed class SpareSegmentTests
{
    private readonly SimDisk _disk = new();
    private readonly Func<ulong> _nonces = Logs.CountingNonce();
    private ulong _last;
    private int _created;

    [Fact]
    public void Truncate_ThenRoll_UsesTheFilesAgain()
    {
        using (var journal = Open(out _))
        {
            Append(journal, 40);
            GiveUpAll(journal);
            Assert.Equal(Options.SpareSegments, Spares().Length);
            _created = 0;
            Append(journal, 7);
            Assert.Equal(0, _created);
            Assert.Contains(Headers(), header => header.Tags!.Earlier.Length == 1);
        }

        using var again = Open(out var recovery);
        Assert.Equal(47UL, recovery.LastIndex);
        Assert.False(recovery.TailRepaired, recovery.RepairNote);
        Assert.All(recovery.Entries, entry => Assert.Equal(Logs.Data(entry.Index, entry.Term, 1000), entry.Data.ToArray()));
    }

    [Fact]
    public void Truncate_KeepsNoMoreSparesThanConfigured()
    {
        using var journal = Open(out _, Options with { SpareSegments = 1 });
        Append(journal, 60);
        GiveUpAll(journal);
        Assert.Single(Spares());
        Assert.Equal(Options.SegmentBytes, journal.Spares.Bytes);
        Assert.Equal(journal.SegmentCount, Headers().Count);
    }

    [Fact]
    public void Truncate_SegmentOfAnotherLength_IsDeleted()
    {
        using var journal = Open(out _, Options with { FirstSegmentBytes = 20 << 10, SegmentBytes = 32 << 10 });
        Append(journal, 20);
        journal.Persist([Logs.Append(Logs.Entry(++_last, bytes: 100_000))]);
        Append(journal, 20);
        GiveUpAll(journal);
        Assert.NotEmpty(Spares());
        Assert.All(Spares(), path => Assert.Equal(32 << 10, _disk.Content(path).Length));
    }

    [Fact]
    public void Release_DeletesTheSparesDurably()
    {
        using var journal = Open(out _);
        Append(journal, 40);
        GiveUpAll(journal);
        var bytes = journal.Spares.Bytes;
        Assert.True(bytes > 0);
        Assert.Equal(bytes, journal.Spares.Release());
        Assert.Empty(Spares());
        Assert.Equal(0, journal.Spares.Release());
        Append(journal, 20);
    }

    [Fact]
    public void SparesOfAnEarlierProcess_AreFoundAndUsed()
    {
        using (var journal = Open(out _))
        {
            Append(journal, 40);
            GiveUpAll(journal);
        }

        _created = 0;
        using (var journal = Open(out _))
        {
            Assert.Equal(Spares().Length * Options.SegmentBytes, journal.Spares.Bytes);
            Append(journal, 7);
        }

        Assert.Equal(0, _created);
        using var again = Open(out var recovery);
        Assert.Equal(47UL, recovery.LastIndex);
    }

    [Fact]
    public void SpareWithATornHeader_IsDeletedAtTheStart()
    {
        using (var journal = Open(out _))
        {
            Append(journal, 40);
            GiveUpAll(journal);
        }

        var path = Spares()[0];
        var count = Spares().Length;
        var torn = _disk.Content(path);
        torn.AsSpan(0, WalFormat.SectorBytes).Clear();
        _disk.Replace(path, torn);
        using var again = Open(out _);
        Assert.Equal(count - 1, Spares().Length);
        Assert.DoesNotContain(path, Spares());
    }

    [Fact]
    public void FileUsedOftenEnough_IsDeleted()
    {
        using var journal = Open(out _);
        var most = 0;
        for (var round = 0; round < 4 * SectorTags.UsesMax; round++)
        {
            Append(journal, 2);
            GiveUpAll(journal);
            most = Math.Max(most, Headers().Max(header => header.Tags!.Earlier.Length));
        }

        Assert.Equal(SectorTags.UsesMax - 1, most);
    }

    [Fact]
    public void ReaderThatHasAFileOpen_GetsNoFrameOfItsLaterUse()
    {
        using var journal = Open(out _);
        Append(journal, 20);
        var name = Segments()[0];
        var header = Logs.HeaderOf(_disk.Content(name));
        using var file = _disk.Open(name, DiskOpenMode.Read);
        var frames = new FrameSource(file, header);
        Assert.Equal(FrameCheck.Valid, frames.Next());

        GiveUpAll(journal);
        Append(journal, 60);
        var now = new byte[WalFormat.SegmentHeaderBytes];
        Assert.Equal(now.Length, file.Read(0, now));
        Assert.NotEqual(header.Nonce, Logs.HeaderOf(now).Nonce);
        Assert.NotEqual(FrameCheck.Valid, new FrameSource(file, header).Next());
    }

    [Fact]
    public void StaleFrameRightAfterTheEnd_OfTheLengthAndTermThatWouldFollow_IsNotRead()
    {
        // Both uses of the file have frames of the same length at the same offsets.
        using (var journal = Open(out _))
        {
            journal.Persist([Logs.State(9, 3)]);
            Append(journal, 40, term: 9);
            GiveUpAll(journal);
            for (var i = 0; Headers()[^1].Tags!.Earlier.Length == 0; i++)
            {
                Assert.True(i < 10, "no file was used again");
                Append(journal, 1, term: 9);
            }
        }

        var active = Segments()[^1];
        using var again = Open(out var recovery);
        Assert.Equal(_last, recovery.LastIndex);
        Assert.False(recovery.TailRepaired, recovery.RepairNote);
        var end = (int)(WalFormat.SegmentHeaderBytes + (2 * WalFormat.Alignment));
        Assert.True(_disk.Content(active).AsSpan(end, 4).SequenceEqual("MSBF"u8), "there is no stale frame after the end");
    }

    [Fact]
    public void Untagged_Log_IsContinuedAndItsSegmentIsNotUsedAgain()
    {
        var options = Options;
        Logs.CreateUntagged(options);
        using (var journal = Open(out var recovery, options))
        {
            Assert.Equal(0UL, recovery.LastIndex);
            Append(journal, 2);
        }

        Assert.Null(Headers().Single().Tags);
        using (var journal = Open(out var recovery, options))
        {
            Assert.Equal(2UL, recovery.LastIndex);
            Append(journal, 20);
            Assert.Equal([1u, 2u], Headers().Select(header => header.FormatVersion).Distinct());
            var untagged = Path.GetFileNameWithoutExtension(Segments()[0]);
            GiveUpAll(journal);
            Assert.DoesNotContain(Spares(), path => Path.GetFileNameWithoutExtension(path) == untagged);
        }

        using var again = Open(out var last, options);
        Assert.Equal(22UL, last.LastIndex);
    }

    private WalOptions Options => Logs.Options("/wal", _disk, 16 << 10) with { NonceSource = _nonces };

    private WalWriter Open(out WalRecovery recovery, WalOptions? options = null)
    {
        _disk.Before = (what, path) => _created += what == "create" && path.EndsWith(".tmp", StringComparison.Ordinal) ? 1 : 0;
        return WalWriter.Open(options ?? Options, out recovery);
    }

    private void Append(WalWriter journal, int count, ulong term = 1)
    {
        for (var i = 0; i < count; i++)
        {
            journal.Persist([Logs.Append(Logs.Entry(++_last, term, bytes: 1000))]);
        }
    }

    private void GiveUpAll(WalWriter journal)
    {
        journal.Persist([Logs.Marker(_last)]);
        journal.TruncatePrefix(_last);
    }

    private string[] Segments() => Files(WalFormat.SegmentExtension);

    private string[] Spares() => Files(WalFormat.SpareExtension);

    private string[] Files(string extension) =>
        [.. _disk.List("/wal").Where(name => name.EndsWith(extension, StringComparison.Ordinal)).Select(name => "/wal/" + name)];

    private List<SegmentHeader> Headers() => [.. Segments().Select(path => Logs.HeaderOf(_disk.Content(path)))];
}
