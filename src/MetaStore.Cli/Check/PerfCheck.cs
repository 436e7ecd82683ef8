using System.Diagnostics;
using MetaStore.Client;
using Grpc.Core;

namespace MetaStore.Cli.Check;

/// <summary>Writes at a steady rate over many connections (open loop): a write starts on schedule, independent of earlier ones, if a connection is free.</summary>
/// <param name="options">Targets and connection settings; connections are spread over the endpoints.</param>
/// <param name="prefix">Prefix of the keys.</param>
/// <param name="model">Number of clients, rate and duration.</param>
internal sealed class PerfCheck(MetaStoreClientOptions options, string prefix, PerfModel model)
{
    /// <summary>Bytes of a value, the same as etcdctl's.</summary>
    private const int ValueBytes = 1024;

    private readonly Stopwatch _clock = new();
    private readonly List<TimeSpan> _latencies = [];
    private readonly List<string> _failures = [];
    private long _taken;

    public async Task<PerfResult> RunAsync(CancellationToken cancellation)
    {
        _clock.Start();
        await Task.WhenAll(Enumerable.Range(0, model.Clients).Select(number => Task.Run(() => WriteAsync(number, cancellation), cancellation)));
        return new PerfResult(_latencies, _failures, _clock.Elapsed);
    }

    private async Task WriteAsync(int number, CancellationToken cancellation)
    {
        var endpoints = options.Endpoints;
        var first = number % endpoints.Count;
        using var client = new MetaStoreClient(options with { Endpoints = [.. endpoints.Skip(first), .. endpoints.Take(first)] });
        Bytes value = new byte[ValueBytes];
        while (true)
        {
            var ticket = Interlocked.Increment(ref _taken);
            var due = TimeSpan.FromSeconds((double)ticket / model.WritesPerSecond);
            if (due > model.Duration || _clock.Elapsed > model.Duration)
            {
                return;
            }

            if (due > _clock.Elapsed)
            {
                await Task.Delay(due - _clock.Elapsed, cancellation);
            }

            await PutAsync(client, $"{prefix}{ticket:x16}", value, cancellation);
        }
    }

    private async Task PutAsync(MetaStoreClient client, string key, Bytes value, CancellationToken cancellation)
    {
        var began = _clock.Elapsed;
        try
        {
            await client.Kv.PutAsync(key, value, cancellation);
            lock (_latencies)
            {
                _latencies.Add(_clock.Elapsed - began);
            }
        }
        catch (RpcException failure)
        {
            lock (_failures)
            {
                _failures.Add(failure.Status.Detail);
            }
        }
    }
}
