using System.Diagnostics;
using Grpc.Core;
using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.Batching.Settings;
using MetaStore.Protocol.V1;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Services.Mapping;
using BatchSettings = MetaStore.Batching.Settings.BatchSettings;

namespace MetaStore.Server.Services;

/// <summary>metastore.v1.Batching: shows and changes this node's batching settings at run time.</summary>
internal sealed class BatchingService(ProposalBatcher batcher, ProposalAdmission admission, StageWindow stages, ulong memberId) : Protocol.V1.Batching.BatchingBase
{
    private const long DefaultIntervalMicros = 1_000_000;
    private const long IntervalMicrosMin = 100_000;
    private const long IntervalMicrosMax = 60_000_000;

    public override Task<GetBatchingResponse> Get(GetBatchingRequest request, ServerCallContext context)
    {
        Batching.Statistics.BatchStats stats = batcher.Statistics;
        return Task.FromResult(new GetBatchingResponse
        {
            MemberId = memberId,
            Settings = BatchingMessages.ToWire(stats.Settings),
            Stats = BatchStatsMessages.ToWire(stats, stages.Read(Stopwatch.GetTimestamp())),
            AdmissionSettings = AdmissionMessages.ToWire(admission.Settings),
            Admission = AdmissionMessages.ToWire(admission.Statistics),
        });
    }

    public override Task<SetBatchingResponse> Set(SetBatchingRequest request, ServerCallContext context)
    {
        BatchSettings wanted = BatchingMessages.Merge(batcher.Settings, request.Settings ?? new MetaStore.Protocol.V1.BatchSettings());
        Batching.Admission.AdmissionSettings credits = AdmissionMessages.Merge(admission.Settings, request.Admission);
        string[] faults = [.. wanted.Validate(), .. credits.Validate()];
        if (faults.Length > 0)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, string.Join("; ", faults)));
        }

        if (request.Settings is not null)
        {
            batcher.Configure(wanted);
        }

        if (request.Admission is not null)
        {
            admission.Configure(credits);
        }

        return Task.FromResult(new SetBatchingResponse { Settings = BatchingMessages.ToWire(wanted), Admission = AdmissionMessages.ToWire(credits) });
    }

    public override async Task Watch(WatchBatchingRequest request, IServerStreamWriter<WatchBatchingResponse> responses, ServerCallContext context)
    {
        long micros = request.IntervalUs == 0 ? DefaultIntervalMicros : request.IntervalUs;
        if (micros < IntervalMicrosMin || micros > IntervalMicrosMax)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "interval_us must be between 100 ms and 1 min, or 0"));
        }

        using var timer = new PeriodicTimer(TimeSpan.FromMicroseconds(micros));
        do
        {
            Batching.Statistics.BatchStats stats = batcher.Statistics;
            await responses.WriteAsync(new WatchBatchingResponse
            {
                MemberId = memberId,
                Settings = BatchingMessages.ToWire(stats.Settings),
                Stats = BatchStatsMessages.ToWire(stats, stages.Read(Stopwatch.GetTimestamp())),
                AdmissionSettings = AdmissionMessages.ToWire(admission.Settings),
                Admission = AdmissionMessages.ToWire(admission.Statistics),
            });
        }
        while (await timer.WaitForNextTickAsync(context.CancellationToken));
    }
}
