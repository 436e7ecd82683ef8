using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Raft.Storage.Tests.Wal;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Storage.Tests.Damage;

/// <summary>One segment of 64 KiB and its content.</summary>
internal sealed class SmallLog
{
    internal const int Size = 64 << 10;

    private readonly string _path;
    private ulong _index;

    internal SmallLog(LogKind kind, bool proves)
    {
        var disk = new SimDisk();
        var options = Options(disk);
        if (kind == LogKind.Untagged)
        {
            Logs.CreateUntagged(options);
        }

        using var journal = WalWriter.Open(options, out _);
        journal.Persist([Logs.State(1, 1)]);
        if (kind == LogKind.UsedAgain)
        {
            FillUntilAFileIsUsedAgain(disk, journal);
        }

        _path = SegmentsOf(disk).Single();

        // A file that was used before keeps some of its earlier frames after the end.
        var pages = kind == LogKind.UsedAgain ? 7 : 11;
        for (var page = 0; page < pages; page++)
        {
            // Several entries, one, and one that spans pages; terms and commit index advance with them.
            Entry[] entries = page switch
            {
                _ when page == pages - 1 => [Next(5000, page)],
                _ when page % 3 == 0 => [Next(700, page), Next(900, page), Next(1500, page)],
                _ when page % 3 == 1 => [Next(3300, page)],
                _ => [Next(40, page)],
            };
            var written = journal.BytesWritten;
            BeforeLast = (byte[])disk.Content(_path).Clone();
            journal.Persist([Logs.State((ulong)page + 1, 1, _index - (ulong)entries.Length), Logs.Append(entries)]);
            Entries.AddRange(entries);
            LastFrameBytes = (int)(journal.BytesWritten - written);
        }

        Bytes = (byte[])disk.Content(_path).Clone();
        LastFrame = FirstDifference(BeforeLast, Bytes) / WalFormat.Alignment * WalFormat.Alignment;
        if (proves)
        {
            journal.ConfirmTail();
            Bytes = (byte[])disk.Content(_path).Clone();
        }

        State = journal.HardState;
    }

    internal List<Entry> Entries { get; } = [];

    internal HardState State { get; }

    internal byte[] Bytes { get; }

    /// <summary>The segment before the last write of entries.</summary>
    internal byte[] BeforeLast { get; } = [];

    /// <summary>Offset of the last write of entries.</summary>
    internal int LastFrame { get; }

    /// <summary>Its length.</summary>
    internal int LastFrameBytes { get; }

    /// <summary>Opens a log with the given bytes.</summary>
    internal (string End, string? Wrong) Open(byte[] bytes, int acknowledged)
    {
        var disk = new SimDisk();
        disk.CreateDirectory("/wal");
        disk.Replace(_path, bytes);
        try
        {
            using var journal = WalWriter.Open(Options(disk), out var recovery);
            var end = recovery.TailRepaired ? "repaired" : "whole";
            return (end, Difference(recovery, acknowledged) ?? WriteAndReopen(disk, journal, recovery));
        }
        catch (StorageException error)
        {
            var expected = error.ExitCode is >= ExitCodes.WalCorrupt and <= ExitCodes.NewerFormat;
            return ($"refused with {error.ExitCode}", expected ? null : error.Message);
        }
    }

    private static WalOptions Options(SimDisk disk) => Logs.Options("/wal", disk, Size);

    private static string[] SegmentsOf(SimDisk disk) =>
        [.. disk.List("/wal").Where(name => name.EndsWith(".wal", StringComparison.Ordinal)).Select(name => "/wal/" + name)];

    private static int FirstDifference(byte[] before, byte[] after) => before.AsSpan().CommonPrefixLength(after);

    private Entry Next(int bytes, int page) => Logs.Entry(++_index, (ulong)page + 1, bytes);

    private void FillUntilAFileIsUsedAgain(SimDisk disk, WalWriter journal)
    {
        for (var i = 0; Logs.HeaderOf(disk.Content(SegmentsOf(disk)[^1])).Tags!.Earlier.Length == 0; i++)
        {
            Assert.True(i < 100, "no file was used again");
            Entry[] entries = [Next(3900, page: 0), Next(1700, page: 0)];
            journal.Persist([Logs.Append(entries)]);
            journal.Persist([Logs.Marker(_index)]);
            Entries.AddRange(entries);
            journal.TruncatePrefix(_index);
        }

        // What is left is in the last segment.
        var first = Logs.HeaderOf(disk.Content(SegmentsOf(disk).Single())).FirstIndex;
        Entries.RemoveAll(entry => entry.Index < first);
    }

    // The end of the log was taken as it is or cleared: what is written there must be read again.
    private string? WriteAndReopen(SimDisk disk, WalWriter journal, WalRecovery recovery)
    {
        var next = Logs.Entry(recovery.LastIndex + 1, State.Term + 1, 2000);
        journal.Persist([Logs.State(State.Term + 1, 1), Logs.Append(next)]);
        using var again = WalWriter.Open(Options(disk), out var reopened);
        return reopened.LastIndex == next.Index && !reopened.TailRepaired
            ? null
            : $"after one more write the log ends at {reopened.LastIndex}, not {next.Index}; {reopened.RepairNote}";
    }

    private string? Difference(WalRecovery recovery, int acknowledged)
    {
        if (recovery.Entries.Count < acknowledged || recovery.Entries.Count > Entries.Count)
        {
            return $"{recovery.Entries.Count} entries, of {acknowledged} acknowledged, without an error";
        }

        for (var i = 0; i < recovery.Entries.Count; i++)
        {
            var (found, written) = (recovery.Entries[i], Entries[i]);
            if (found.Index != written.Index || found.Term != written.Term || !found.Data.Span.SequenceEqual(written.Data.Span))
            {
                return $"entry {written.Index} is another";
            }
        }

        return acknowledged < Entries.Count || (recovery.HardState.Term == State.Term && recovery.HardState.Vote == State.Vote)
            ? null
            : $"term and vote are {recovery.HardState}";
    }
}
