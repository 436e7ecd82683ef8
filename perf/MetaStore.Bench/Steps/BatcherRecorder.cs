using MetaStore.Client;

namespace MetaStore.Bench.Steps;

/// <summary>Samples the batcher of a member twenty times a second until it is disposed.</summary>
internal sealed class BatcherRecorder : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly MetaStoreClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<BatcherSample> _samples = [];
    private readonly Task _sampling;

    /// <summary>Starts sampling.</summary>
    public BatcherRecorder(Uri member)
    {
        _client = new MetaStoreClient(new MetaStoreClientOptions { Endpoints = [member] });
        _sampling = Task.Run(SampleAsync);
    }

    /// <summary>Stops sampling.</summary>
    /// <returns>All samples, oldest first.</returns>
    public async Task<IReadOnlyList<BatcherSample>> StopAsync()
    {
        await _stop.CancelAsync();
        await _sampling;
        return _samples;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task SampleAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        while (!_stop.IsCancellationRequested)
        {
            _samples.Add(BatcherSample.Of((await _client.Batching.GetAsync()).Stats));
            await timer.WaitForNextTickAsync();
        }
    }
}
