using MetaStore.Batching.Policies;
using MetaStore.Batching.Settings;
using MetaStore.IO;
using Xunit.Abstractions;

namespace MetaStore.Batching.Tests.Allocation;

/// <summary>A batch allocates one object, and sometimes a chunk for the bytes of entries; a proposal allocates nothing.</summary>
/// <remarks>Measures the test's thread, from the command to the applied batch; no other thread is involved.</remarks>
public sealed class BatcherAllocationTests(ITestOutputHelper output)
{
    /// <summary>One <see cref="ProposalBatch"/>, independent of its content.</summary>
    private const int BytesPerBatch = 112;

    /// <summary>Rare allocations in a run: arrays and queues that grow, and the runtime's own. A third of a byte per proposal.</summary>
    private const int BytesPerRun = 64 << 10;

    /// <summary>Header and length of an array.</summary>
    private const int ArrayOverhead = 24;

    private const int Proposals = 200_000;

    private static readonly BatchSettings _fixed = new() { Policy = BatchPolicyKind.Fixed, FlushWhenIdle = false };
    private static readonly BatchSettings _classic = new() { FlushWhenIdle = false };

    private readonly OneTimer _time = new();
    private readonly SilentWaiter _waiter = new();

    public static TheoryData<string> Policies =>
        ["off", "fixed 10", "fixed 100", "fixed 1000", "dynamic", "dynamic classic", "throughput", "target"];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Policy_SteadyState_AllocatesPerBatchOnly(string policy)
    {
        BatchSettings settings = policy switch
        {
            "off" => new BatchSettings { Policy = BatchPolicyKind.Off },
            "fixed 10" => _fixed with { Fixed = new FixedPolicySettings { BatchSize = 10 } },
            "fixed 100" => _fixed,
            "fixed 1000" => _fixed with { Fixed = new FixedPolicySettings { BatchSize = 1000 } },
            "dynamic" => new BatchSettings(),
            "dynamic classic" => _classic with { MinBatchSize = 16 },
            "throughput" => new BatchSettings { Policy = BatchPolicyKind.Throughput },
            _ => new BatchSettings { Policy = BatchPolicyKind.Target, Target = new TargetPolicySettings { ThroughputTarget = 1e9 } },
        };
        ApplyingSink sink = new(inFlight: settings.FlushWhenIdle ? 2 : 0);
        using ProposalBatcher batcher = Create(settings, sink);
        Measure(sink, proposals =>
        {
            for (int i = 1; i <= proposals; i++)
            {
                batcher.Enqueue(new SmallCommand(40), _waiter);
                _time.Advance(TimeSpan.FromMicroseconds(10));
            }
        });
    }

    [Theory]
    [InlineData(FlushReason.Size)]
    [InlineData(FlushReason.Bytes)]
    [InlineData(FlushReason.Timeout)]
    [InlineData(FlushReason.Idle)]
    [InlineData(FlushReason.Drain)]
    public void FlushReason_SteadyState_AllocatesPerBatchOnly(FlushReason reason)
    {
        const int Burst = 50;
        BatchSettings settings = reason switch
        {
            FlushReason.Size => _fixed with { Fixed = new FixedPolicySettings { BatchSize = Burst } },
            FlushReason.Bytes => _fixed with { MaxBatchBytes = Burst * 44, Fixed = new FixedPolicySettings { BatchSize = 10_000 } },
            FlushReason.Idle => new BatchSettings { MinBatchSize = 256, PipelineDepth = 1 },
            _ => _fixed with { Fixed = new FixedPolicySettings { BatchSize = 10_000 } },
        };
        ApplyingSink sink = new(inFlight: reason == FlushReason.Idle ? 1 : 0);
        using ProposalBatcher batcher = Create(settings, sink);
        if (reason == FlushReason.Idle)
        {
            batcher.Enqueue(new SmallCommand(40), _waiter);
        }

        Measure(sink, proposals =>
        {
            for (int i = 1; i <= proposals; i++)
            {
                batcher.Enqueue(new SmallCommand(40), _waiter);
                if (i % Burst == 0)
                {
                    EndBurst(reason, batcher, sink);
                }
            }
        });
        Assert.InRange(sink.Reasons[(int)reason], sink.Batches - 1, sink.Batches);
    }

    [Fact]
    public void Enqueue_ThatCutsNothing_AllocatesNothing()
    {
        ApplyingSink sink = new();
        using ProposalBatcher batcher = Create(_fixed, sink);
        long allocating = 0;
        Measure(sink, proposals =>
        {
            allocating = 0;
            for (int i = 0; i < proposals; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                batcher.Enqueue(new SmallCommand(300), _waiter);
                allocating += GC.GetAllocatedBytesForCurrentThread() == before ? 0 : 1;
            }
        });

        // One call in a hundred creates a batch; a chunk holds eight of them. A few more for growing collections.
        Assert.InRange(allocating, 1, (Proposals / 100) + (Proposals / 100 / 8) + 16);
    }

    [Fact]
    public void ChangingLoad_SteadyState_AllocatesPerBatchOnly()
    {
        ApplyingSink sink = new();
        using ProposalBatcher batcher = Create(_fixed with { Fixed = new FixedPolicySettings { BatchSize = 10_000 } }, sink);
        int[] bursts = [1, 200, 3, 77, 1, 1, 1000, 12];
        Measure(sink, proposals =>
        {
            for (int i = 0, burst = 0; i < proposals; i += bursts[burst++ % bursts.Length])
            {
                for (int position = 0; position < bursts[burst % bursts.Length]; position++)
                {
                    batcher.Enqueue(new SmallCommand(40), _waiter);
                }

                batcher.Drain();
            }
        });
    }

    private void EndBurst(FlushReason reason, ProposalBatcher batcher, ApplyingSink sink)
    {
        switch (reason)
        {
            case FlushReason.Timeout:
                _time.Advance(TimeSpan.FromMilliseconds(6));
                break;
            case FlushReason.Idle:
                sink.Apply();
                break;
            case FlushReason.Drain:
                batcher.Drain();
                break;
            default:
                break;
        }
    }

    private ProposalBatcher Create(BatchSettings settings, ApplyingSink sink) =>
        sink.Batcher = new ProposalBatcher(1, settings, sink.TryPropose, _time, BackgroundWork.ThreadPool, firstId: 1, flushInline: true);

    private void Measure(ApplyingSink sink, Action<int> propose)
    {
        propose(Proposals);
        (long batches, long arrays, long arrayBytes) = (sink.Batches, sink.Arrays, sink.ArrayBytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        propose(Proposals);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        (batches, arrays, arrayBytes) = (sink.Batches - batches, sink.Arrays - arrays, sink.ArrayBytes - arrayBytes);

        long entries = arrayBytes + (arrays * ArrayOverhead);
        output.WriteLine($"{Proposals} proposals in {batches} batches: {bytes} B, of them {entries} B in {arrays} arrays of entries; {(bytes - entries) / (double)batches:0.0} B per batch");
        Assert.True(batches > 0);
        Assert.True(
            bytes - entries <= (batches * BytesPerBatch) + BytesPerRun,
            $"{bytes - entries} B beside the entries' own for {batches} batches of {Proposals / (double)batches:0.0} proposals: at most {BytesPerBatch} B per batch are allowed");
    }
}
