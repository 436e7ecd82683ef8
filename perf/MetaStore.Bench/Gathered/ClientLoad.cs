using System.Diagnostics;
using Google.Protobuf;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Bench.Gathered;

/// <summary>Callers that each put, wait for the response and put again, through <see cref="MetaStoreClient"/> in this process.</summary>
internal static class ClientLoad
{
    private const int KeyCount = 10_000;
    private const int ValueBytes = 256;

    /// <summary>Made before the measurement: a program that formats its keys pays for it itself.</summary>
    private static readonly ByteString[] Keys = [.. Enumerable.Range(0, KeyCount).Select(key => ByteString.CopyFromUtf8($"key/{key:d8}"))];

    /// <summary>Runs the callers and measures them after a warm-up.</summary>
    /// <param name="member">Client URL of the leader.</param>
    /// <param name="callers">Callers at once.</param>
    /// <param name="gather">See <see cref="MetaStoreClientOptions.GatherCalls"/>.</param>
    /// <param name="warmUp">Unmeasured seconds.</param>
    /// <param name="seconds">Measured seconds.</param>
    public static async Task<ClientFigures> RunAsync(Uri member, int callers, bool gather, int warmUp, int seconds)
    {
        using var client = new MetaStoreClient(new MetaStoreClientOptions { Endpoints = [member], GatherCalls = gather, CommandTimeout = TimeSpan.FromSeconds(20) });
        var from = Stopwatch.GetTimestamp() + (warmUp * Stopwatch.Frequency);
        var until = from + (seconds * Stopwatch.Frequency);
        var running = Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(client, caller, from, until))));
        await Task.Delay(TimeSpan.FromSeconds(warmUp));
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        long[] took = [.. (await running).SelectMany(times => times).Order()];
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        return new ClientFigures(took.Length / (double)seconds, Percentile(took, 0.5), Percentile(took, 0.99), cpu.TotalMicroseconds / Math.Max(1, took.Length));
    }

    private static async Task<List<long>> CallAsync(MetaStoreClient client, int caller, long from, long until)
    {
        var random = new Random(caller);
        var value = ByteString.CopyFrom(new byte[ValueBytes]);
        var took = new List<long>();
        while (true)
        {
            var start = Stopwatch.GetTimestamp();
            await client.Kv.PutAsync(new PutRequest { Key = Keys[random.Next(KeyCount)], Value = value });
            var end = Stopwatch.GetTimestamp();
            if (end >= until)
            {
                return took;
            }

            if (end >= from)
            {
                took.Add(end - start);
            }
        }
    }

    private static double Percentile(long[] sorted, double share) =>
        sorted.Length == 0 ? 0 : Stopwatch.GetElapsedTime(0, sorted[(int)(share * (sorted.Length - 1))]).TotalMicroseconds;
}
