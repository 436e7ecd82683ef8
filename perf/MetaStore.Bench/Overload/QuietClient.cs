using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Bench.Overload;

/// <summary>A client with one put in flight at any time, on its own connection.</summary>
internal sealed class QuietClient : IAsyncDisposable
{
    private readonly MetaStoreClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(long EndedAt, TimeSpan Took)> _calls = [];
    private readonly Task _calling;
    private long _refused;

    /// <summary>Starts calling.</summary>
    public QuietClient(Uri member)
    {
        _client = new MetaStoreClient(new MetaStoreClientOptions { Endpoints = [member] });
        _calling = Task.Run(CallAsync);
    }

    /// <summary>Calls that ended with an error.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>All calls that succeeded so far, oldest first.</summary>
    public IReadOnlyList<(long EndedAt, TimeSpan Took)> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Durations of the calls that ended after a timestamp, ascending.</summary>
    public TimeSpan[] Since(long timestamp)
    {
        lock (_calls)
        {
            return [.. _calls.Where(call => call.EndedAt >= timestamp).Select(call => call.Took).Order()];
        }
    }

    /// <summary>Time from a timestamp to the end of the last call that exceeded a bound.</summary>
    public TimeSpan LastSlow(long from, TimeSpan bound)
    {
        lock (_calls)
        {
            long last = _calls.Where(call => call.EndedAt >= from && call.Took > bound).Select(call => call.EndedAt).DefaultIfEmpty(from).Max();
            return Stopwatch.GetElapsedTime(from, last);
        }
    }

    public static TimeSpan Percentile(TimeSpan[] sorted, double share) => sorted.Length == 0 ? TimeSpan.Zero : sorted[(int)(share * (sorted.Length - 1))];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _calling;
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task CallAsync()
    {
        var put = new PutRequest { Key = ByteString.CopyFromUtf8("quiet"), Value = ByteString.CopyFrom(new byte[256]) };
        while (!_stop.IsCancellationRequested)
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                await _client.Kv.PutAsync(put);
            }
            catch (RpcException)
            {
                Interlocked.Increment(ref _refused);
                continue;
            }

            long end = Stopwatch.GetTimestamp();
            lock (_calls)
            {
                _calls.Add((end, Stopwatch.GetElapsedTime(start, end)));
            }
        }
    }
}
