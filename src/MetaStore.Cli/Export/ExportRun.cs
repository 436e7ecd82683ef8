using System.Buffers;
using Google.Protobuf;
using MetaStore.Client;
using MetaStore.Client.Kv;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Export;

/// <summary>Reads a range page by page, all of it at one revision, and writes it as lines.</summary>
/// <param name="client">Client of the cluster.</param>
/// <param name="write">Receives some lines at a time.</param>
internal sealed class ExportRun(MetaStoreClient client, Action<ReadOnlyMemory<byte>> write)
{
    /// <summary>Lines are collected up to this many bytes before they are written.</summary>
    private const int BlockBytes = 256 * 1024;

    private readonly ArrayBufferWriter<byte> _block = new(2 * BlockBytes);

    /// <summary>The revision to export at, and how many keys there are then.</summary>
    /// <param name="range">What is exported.</param>
    /// <param name="revision">0 for the newest.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<(long Revision, long Keys)> LookAsync(KeyRange range, long revision, CancellationToken cancellation)
    {
        var answer = await client.Kv.RangeAsync(new RangeRequest { Key = range.Key, RangeEnd = range.RangeEnd, CountOnly = true, Revision = revision }, cancellation);
        return (revision == 0 ? answer.Header.Revision : revision, answer.Count);
    }

    /// <summary>Writes the whole export, or the rest of one.</summary>
    /// <param name="range">What is exported.</param>
    /// <param name="from">Where it starts.</param>
    /// <param name="progress">Called with the number of keys after each block.</param>
    /// <param name="cancellation">Stops after the lines that are written.</param>
    /// <returns>Keys of the whole export, and bytes written by this call.</returns>
    public async Task<(long Keys, long Bytes)> RunAsync(KeyRange range, ExportPosition from, Action<long> progress, CancellationToken cancellation)
    {
        var (keys, bytes, reported) = (from.Keys, 0L, from.Keys);
        if (from.Length == 0)
        {
            ExportFrame.WriteFirst(_block, from.Revision, range);
        }

        var rest = from.LastKey is { } last ? KeyRange.Between((Bytes)(byte[])[.. last.Span, 0], RestEnd(range)) : range;
        await foreach (var pair in client.Kv.ScanAsync(rest, new ScanOptions { Revision = from.Revision }, cancellation))
        {
            ExportedKey.Write(_block, pair);
            keys++;
            if (_block.WrittenCount >= BlockBytes)
            {
                bytes += Flush();
                progress(keys - reported);
                reported = keys;
            }
        }

        ExportFrame.WriteLast(_block, keys);
        bytes += Flush();
        progress(keys - reported);
        return (keys, bytes);
    }

    private static Bytes RestEnd(KeyRange range) => range.RangeEnd.IsEmpty ? (Bytes)(byte[])[.. range.Key.Span, 0] : (Bytes)range.RangeEnd.ToByteArray();

    private int Flush()
    {
        write(_block.WrittenMemory);
        var written = _block.WrittenCount;
        _block.ResetWrittenCount();
        return written;
    }
}
