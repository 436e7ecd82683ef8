using MetaStore.Grpc;
using MetaStore.Raft.Runtime.Batching;
using MetaStore.Protocol.V1;
using BatchSettings = MetaStore.Raft.Runtime.Batching.BatchSettings;

namespace MetaStore.Server.Api;

/// <summary>metastore.v1.Batching: looks at and changes this node's batching while the cluster runs.</summary>
internal sealed class BatchingService(ProposalBatcher batcher, ulong memberId)
{
    private static readonly TimeSpan IntervalMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan IntervalMax = TimeSpan.FromMinutes(1);

    public ValueTask<GetBatchingResponse> Get(GetBatchingRequest request, CallContext context)
    {
        Raft.Runtime.Batching.BatchStats stats = batcher.Statistics;
        return ValueTask.FromResult(new GetBatchingResponse
        {
            MemberId = memberId,
            Settings = BatchingMessages.ToWire(stats.Settings),
            Stats = BatchingMessages.ToWire(stats),
        });
    }

    public ValueTask<SetBatchingResponse> Set(SetBatchingRequest request, CallContext context)
    {
        BatchSettings wanted = BatchingMessages.Merge(batcher.Settings, request.Settings ?? new MetaStore.Protocol.V1.BatchSettings());
        IReadOnlyList<string> faults = wanted.Validate();
        if (faults.Count > 0)
        {
            context.Fail(StatusCode.InvalidArgument, string.Join("; ", faults));
            return ValueTask.FromResult<SetBatchingResponse>(null!);
        }

        batcher.Configure(wanted);
        return ValueTask.FromResult(new SetBatchingResponse { Settings = BatchingMessages.ToWire(wanted) });
    }

    public async ValueTask Watch(WatchBatchingRequest request, IResponseStream<WatchBatchingResponse> responses, CallContext context)
    {
        TimeSpan asked = request.IntervalUs == 0 ? TimeSpan.FromSeconds(1) : TimeSpan.FromMicroseconds(request.IntervalUs);
        if (asked < IntervalMin || asked > IntervalMax)
        {
            context.Fail(StatusCode.InvalidArgument, "interval_us must be between 100 ms and 1 min, or 0");
            return;
        }

        using var timer = new PeriodicTimer(asked);
        do
        {
            Raft.Runtime.Batching.BatchStats stats = batcher.Statistics;
            await responses.WriteAsync(new WatchBatchingResponse
            {
                MemberId = memberId,
                Settings = BatchingMessages.ToWire(stats.Settings),
                Stats = BatchingMessages.ToWire(stats),
            });
        }
        while (await timer.WaitForNextTickAsync(context.CancellationToken));
    }
}
