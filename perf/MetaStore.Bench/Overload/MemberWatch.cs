using System.Diagnostics;
using MetaStore.Client;
using MetaStore.Protocol.V1;
using MetaStore.Testing.Processes;

namespace MetaStore.Bench.Overload;

/// <summary>Samples a member ten times a second: its memory and its admission statistics.</summary>
internal sealed class MemberWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ClusterNode _node;
    private readonly MetaStoreClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _looking;
    private long _waitedAt;

    /// <summary>Starts sampling.</summary>
    public MemberWatch(ClusterNode node)
    {
        _node = node;
        _client = new MetaStoreClient(new MetaStoreClientOptions { Endpoints = [node.ClientUrl] });
        _looking = Task.Run(LookAsync);
    }

    /// <summary>Maximum of the resident memory.</summary>
    public long MostResident { get; private set; }

    /// <summary>Maximum number of calls waiting for a credit.</summary>
    public int MostWaiting { get; private set; }

    /// <summary>Minimum and maximum number of credits.</summary>
    public (int Min, int Max) Limit { get; private set; } = (int.MaxValue, 0);

    /// <summary>Time from a timestamp until no call waited for a credit.</summary>
    public TimeSpan WaitedUntil(long from) => Interlocked.Read(ref _waitedAt) is var last && last > from ? Stopwatch.GetElapsedTime(from, last) : TimeSpan.Zero;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task LookAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        while (!_stop.IsCancellationRequested)
        {
            AdmissionStats stats = (await _client.Batching.GetAsync()).Admission;
            MostResident = Math.Max(MostResident, _node.Process!.ResidentBytes);
            MostWaiting = Math.Max(MostWaiting, stats.Waiting);
            Limit = (Math.Min(Limit.Min, stats.Limit), Math.Max(Limit.Max, stats.Limit));
            if (stats.Waiting > 0)
            {
                Interlocked.Exchange(ref _waitedAt, Stopwatch.GetTimestamp());
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
