using System.Text;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Segments;

namespace MetaStore.Raft.Storage.Tests.Wal;

/// <summary>Short forms for log tests.</summary>
internal static class Logs
{
    internal const ulong Cluster = 0xC1;
    internal const ulong Node = 0xA1;

    internal static WalOptions Options(string directory, IDisk? disk = null, long segmentBytes = 64 << 10) => new()
    {
        Directory = directory,
        ClusterId = Cluster,
        NodeId = Node,
        SegmentBytes = segmentBytes,
        FirstSegmentBytes = segmentBytes,
        Disk = disk ?? PhysicalDisk.Instance,
        NonceSource = CountingNonce(),
    };

    /// <summary>Creates a log whose first segment has format 1, as an earlier release did.</summary>
    internal static void CreateUntagged(WalOptions options)
    {
        options.Disk.CreateDirectory(options.Directory);
        var temporary = Path.Combine(options.Directory, "first.tmp");
        SegmentFile.Fill(options.Disk, temporary, options.FirstSegmentBytes);
        var header = new SegmentHeader(
            WalFormat.UntaggedVersion, options.ClusterId, options.NodeId, Sequence: 1, FirstIndex: 1, PreviousChain: 0,
            options.NonceSource(), options.FirstSegmentBytes, FirstFrame: 1, Tags: null);
        SegmentFile.Publish(options.Disk, temporary, Path.Combine(options.Directory, SegmentName.Format(1, 1)), header).Dispose();
    }

    /// <summary>The header of a segment.</summary>
    internal static SegmentHeader HeaderOf(ReadOnlySpan<byte> segment)
    {
        Assert.True(SegmentHeader.TryRead(segment[..WalFormat.SegmentHeaderBytes], out var header));
        return header;
    }

    /// <summary>The same nonces in every run, so that failures are reproducible.</summary>
    internal static Func<ulong> CountingNonce()
    {
        var next = 0x5EED_0000_0000_0000UL;
        return () => ++next;
    }

    internal static Entry Entry(ulong index, ulong term = 1, int bytes = 20) =>
        new(term, index, EntryType.Normal, Data(index, term, bytes));

    internal static byte[] Data(ulong index, ulong term, int bytes)
    {
        var text = Encoding.ASCII.GetBytes($"entry {index} of term {term};");
        var data = new byte[bytes];
        for (var i = 0; i < bytes; i++)
        {
            data[i] = text[i % text.Length];
        }

        return data;
    }

    internal static WalAppend Append(IWalCompletion completion, params Entry[] entries) => new()
    {
        Entries = entries,
        MustSync = true,
        Completion = completion,
    };

    internal static WalAppend Append(params Entry[] entries) => new() { Entries = entries, MustSync = true };

    internal static WalAppend State(ulong term, ulong vote = 0, ulong commit = 0) =>
        new() { HardState = new HardState(term, vote, commit) };

    internal static WalAppend Marker(ulong index, ulong term = 1) =>
        new() { Marker = new SnapshotMetadata(index, term, ConfState.Of(1, 2, 3)) };

    internal static string Describe(IEnumerable<Entry> entries) =>
        string.Join(' ', entries.Select(entry => $"{entry.Term}:{entry.Index}"));
}
