using System.Collections.Concurrent;
using System.Globalization;
using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Pages;
using MetaStore.Client;

namespace MetaStore.Cli.Check;

/// <summary>Fills one member with keys and reports by how much its memory grows.</summary>
/// <param name="client">Writes the keys.</param>
/// <param name="pages">Reads the member's memory.</param>
/// <param name="member">The member whose memory is read.</param>
internal sealed class DataScaleCheck(MetaStoreClient client, MemberPages pages, Uri member)
{
    private const string ResidentMemory = "process_resident_memory_bytes";
    private const double Megabyte = 1024 * 1024;

    /// <summary>Writes the keys; those of a failed write are missing.</summary>
    /// <returns>etcdctl's lines, and whether it passes.</returns>
    /// <exception cref="UsageException">The member does not say how much memory it uses.</exception>
    public async Task<(bool Passes, IReadOnlyList<string> Lines)> RunAsync(DataScale scale, string prefix, CancellationToken cancellation)
    {
        var before = await MemoryAsync("before", cancellation);
        var failures = new ConcurrentBag<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = scale.Clients, CancellationToken = cancellation };
        Bytes value = new byte[DataScale.HalfBytes];
        await Parallel.ForAsync(0, scale.Pairs, options, async (number, token) =>
        {
            try
            {
                await client.Kv.PutAsync(prefix + number.ToString(CultureInfo.InvariantCulture).PadLeft(DataScale.HalfBytes, '0'), value, token);
            }
            catch (RpcException failure)
            {
                failures.Add(failure.Status.Detail);
            }
        });
        var used = (await MemoryAsync("after", cancellation) - before) / Megabyte;
        return failures.IsEmpty
            ? (true, [string.Create(CultureInfo.InvariantCulture, $"PASS: Approximate system memory used : {used:0.00} MB.")])
            : (false, ["FAIL: too many errors", .. failures.GroupBy(text => text).Select(kind => $"FAIL: ERROR({kind.Key}) -> {kind.Count()}")]);
    }

    private async Task<double> MemoryAsync(string when, CancellationToken cancellation)
    {
        var cause = string.Empty;
        try
        {
            if (MemberPages.Value(await pages.GetAsync(member, "/metrics", cancellation), ResidentMemory) is > 0 and var bytes)
            {
                return bytes;
            }
        }
        catch (HttpRequestException failed)
        {
            cause = $" {failed.Message}";
        }

        throw new UsageException($"FAIL: Could not read {ResidentMemory} {when} the put operations.{cause}", ExitCodes.Error);
    }
}
