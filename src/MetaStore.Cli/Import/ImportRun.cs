using System.Diagnostics;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client;

namespace MetaStore.Cli.Import;

/// <summary>Puts files as keys with a bounded number of calls in flight.</summary>
/// <param name="client">Client of the cluster.</param>
/// <param name="concurrency">Calls in flight.</param>
internal sealed class ImportRun(MetaStoreClient client, int concurrency)
{
    /// <summary>Writes every file. The first failure ends the run and is thrown; what was written stays.</summary>
    /// <param name="files">The files.</param>
    /// <param name="progress">Called with the size of each file after it was acknowledged.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <returns>Time from the first call to the last response.</returns>
    public async Task<TimeSpan> RunAsync(IReadOnlyList<ImportFile> files, Action<long> progress, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellation };
        await Parallel.ForEachAsync(files, options, async (file, token) =>
        {
            var value = await File.ReadAllBytesAsync(file.Path, token);
            var request = new PutRequest { Key = ByteString.CopyFromUtf8(file.Key), Value = UnsafeByteOperations.UnsafeWrap(value) };
            await client.Kv.PutAsync(request, token);
            progress(value.Length);
        });
        return clock.Elapsed;
    }
}
