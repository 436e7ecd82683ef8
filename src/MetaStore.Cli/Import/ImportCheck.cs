using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client;

namespace MetaStore.Cli.Import;

/// <summary>Reads every imported key back from one node and compares it with its file.</summary>
/// <param name="node">A client of that node only.</param>
/// <param name="concurrency">Calls in flight.</param>
internal sealed class ImportCheck(MetaStoreClient node, int concurrency)
{
    /// <summary>Compares all files.</summary>
    /// <returns>Keys that are missing or differ, in no order.</returns>
    public async Task<IReadOnlyCollection<string>> RunAsync(IReadOnlyList<ImportFile> files, Action progress, CancellationToken cancellation)
    {
        var wrong = new System.Collections.Concurrent.ConcurrentBag<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellation };
        await Parallel.ForEachAsync(files, options, async (file, token) =>
        {
            var expected = await File.ReadAllBytesAsync(file.Path, token);
            var answer = await node.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8(file.Key) }, token);
            if (answer.Kvs.Count != 1 || !answer.Kvs[0].Value.Span.SequenceEqual(expected))
            {
                wrong.Add(file.Key);
            }

            progress();
        });
        return wrong;
    }
}
