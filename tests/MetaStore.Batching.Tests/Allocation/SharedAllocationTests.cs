using MetaStore.Batching.Settings;
using Xunit.Abstractions;

namespace MetaStore.Batching.Tests.Allocation;

/// <summary>The same with producers, thread pool and system timer, measured for the whole process.</summary>
[Collection(AllocationCollection.Name)]
public sealed class SharedAllocationTests(ITestOutputHelper output)
{
    private const int PerProducer = 100_000;
    private const int Rounds = 5;

    /// <summary>Concurrent proposals, as limited by admission: without a limit producers are faster than the sending thread.</summary>
    private const int UnderWayMax = 8_000;

    /// <summary>A batch's object and its share of occasional allocations of the thread pool.</summary>
    private const int BytesPerBatch = 130;

    private readonly SilentWaiter _waiter = new();
    private long _proposed;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Producers_SteadyState_AllocateLessThanAByteAProposalBesideTheirBatches(int producers)
    {
        ApplyingSink sink = new();
        using ProposalBatcher batcher = new(1, new BatchSettings { MinBatchSize = 64 }, sink.TryPropose, TimeProvider.System);
        sink.Batcher = batcher;
        Thread[][] rounds = [.. Enumerable.Range(0, Rounds).Select(_ => Producers(producers, batcher, sink))];
        double least = double.MaxValue;
        long expected = 0;
        foreach (Thread[] round in rounds)
        {
            (long batches, long arrays, long arrayBytes) = (sink.Batches, sink.Arrays, sink.ArrayBytes);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Array.ForEach(round, thread => thread.Start());
            Array.ForEach(round, thread => thread.Join());
            batcher.Drain();
            expected += producers * PerProducer;
            Assert.True(SpinWait.SpinUntil(() => sink.Proposals == expected, TimeSpan.FromSeconds(30)));
            long bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
            (batches, arrays, arrayBytes) = (sink.Batches - batches, sink.Arrays - arrays, sink.ArrayBytes - arrayBytes);
            double perProposal = (bytes - arrayBytes - (arrays * 24) - (batches * BytesPerBatch)) / (double)(producers * PerProducer);
            output.WriteLine($"{producers * PerProducer} proposals, {batches} batches, {bytes} B, {arrayBytes} B of them entries: {perProposal:0.000} B per proposal beside its batch");
            least = Math.Min(least, perProposal);
        }

        // The first rounds warm up; a thread of an earlier test that is still ending allocates in one round, not in all.
        Assert.True(least < 1, $"{least:0.00} B per proposal beside its batch");
    }

    private Thread[] Producers(int producers, ProposalBatcher batcher, ApplyingSink sink) =>
    [
        .. Enumerable.Range(0, producers).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < PerProducer; i++)
            {
                while (Interlocked.Read(ref _proposed) - sink.Proposals > UnderWayMax)
                {
                    Thread.Yield();
                }

                Interlocked.Increment(ref _proposed);
                batcher.Enqueue(new SmallCommand(40), _waiter);
            }
        })),
    ];
}
