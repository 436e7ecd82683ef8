using System.Globalization;
using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Raft.Storage.Wal.Segments;

namespace MetaStore.Raft.Storage.Wal.Verification;

/// <summary>Prints the frames of a log that no node has open, one line each, up to the first unreadable one in each segment.</summary>
public static class WalInspector
{
    /// <summary>Prints all segments without checking them; see <see cref="WalVerifier"/>.</summary>
    /// <param name="directory">The log's folder.</param>
    /// <param name="output">Receives the lines.</param>
    /// <param name="withRecords">True: one more line for each record. Data of entries is never printed.</param>
    /// <param name="disk">Its file system; default: the operating system's.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static void Print(string directory, TextWriter output, bool withRecords = false, IDisk? disk = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        disk ??= PhysicalDisk.Instance;
        foreach (var item in SegmentList.Read(disk, directory))
        {
            using var file = disk.Open(item.Path, DiskOpenMode.Read);
            PrintSegment(file, output, withRecords);
        }
    }

    private static void PrintSegment(IDiskFile file, TextWriter output, bool withRecords)
    {
        var bytes = new byte[WalFormat.SegmentHeaderBytes];
        _ = file.Read(0, bytes);
        if (!SegmentHeader.TryRead(bytes, out var header))
        {
            output.WriteLine($"segment {file.Path}: the header cannot be read");
            return;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"segment {file.Path}: cluster {header.ClusterId:x} node {header.NodeId:x} first index {header.FirstIndex} "
            + $"bytes {header.SegmentBytes} nonce {header.Nonce:x16} previous {header.PreviousChain:x16} use {UseOf(header)}"));
        var source = new FrameSource(file, header);
        while (true)
        {
            var offset = source.Offset;
            var check = source.Next();
            if (check != FrameCheck.Valid)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {offset,10} {check}"));
                return;
            }

            var frame = source.Header;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {offset,10} frame {frame.Sequence} records {frame.RecordCount} body {frame.BodyBytes} "
                + $"index {frame.FirstIndex}-{frame.LastIndex} flags {frame.Flags} chain {source.Chain:x16}"));
            if (withRecords)
            {
                PrintRecords(source.Body, output);
            }
        }
    }

    // From 1; more when the file was a segment before.
    private static int UseOf(in SegmentHeader header) => (header.Tags?.Earlier.Length ?? 0) + 1;

    private static void PrintRecords(ReadOnlyMemory<byte> body, TextWriter output)
    {
        var records = new RecordReader(body);
        while (records.MoveNext())
        {
            var text = records.Type switch
            {
                RecordType.Entry when RecordPayload.TryReadEntry(records.Payload, out var entry) =>
                    $"index {entry.Index} term {entry.Term} {entry.Type} {entry.Data.Length} bytes",
                RecordType.HardState when RecordPayload.TryReadHardState(records.Payload.Span, out var state) =>
                    $"term {state.Term} vote {state.Vote:x} commit {state.Commit}",
                RecordType.SnapshotMarker when RecordPayload.TryReadMarker(records.Payload.Span, out var marker) =>
                    $"index {marker.Snapshot.Index} term {marker.Snapshot.Term}{(marker.Carried ? " repeated" : string.Empty)}",
                RecordType.Seal when RecordPayload.TryReadSeal(records.Payload.Span, out var seal) =>
                    $"last index {seal.LastIndex}, {seal.FrameCount} frames",
                _ => $"{records.Payload.Length} bytes",
            };
            output.WriteLine($"             {records.Type}: {text}");
        }
    }
}
