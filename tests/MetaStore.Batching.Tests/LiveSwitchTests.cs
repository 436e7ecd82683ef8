using MetaStore.Batching.Admission;
using MetaStore.Batching.Settings;
using MetaStore.Testing;
using Xunit.Abstractions;

namespace MetaStore.Batching.Tests;

/// <summary>Many producers, a sink that commits at random, and settings that change all the time: every proposal is sent once, in order.</summary>
public sealed class LiveSwitchTests(ITestOutputHelper output)
{
    private const int Producers = 6;
    private const int PerProducer = 8_000;

    [Theory]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(20261121)]
    public async Task Enqueue_RandomToggles_ExactlyOnceAndInOrderPerProducer(int seed)
    {
        output.WriteLine($"seed={seed}");
        FakeSink sink = new();
        using ProposalBatcher batcher = new(7, new BatchSettings(), sink.TryPropose, TimeProvider.System);
        System.Collections.Concurrent.ConcurrentQueue<ProposalBatch> underWay = new();
        int handedOver = 0;
        sink.OnBatch = batch =>
        {
            underWay.Enqueue(batch);
            Interlocked.Add(ref handedOver, batch.Count);
        };
        FakeWaiter waiter = new();
        using CancellationTokenSource done = new();

        Task toggler = Task.Run(() => Toggle(batcher, new Random(seed), done.Token));
        Task committer = Task.Run(() => Commit(batcher, underWay, done.Token));
        Task[] producers = [.. Enumerable.Range(0, Producers).Select(p => Task.Run(() => Produce(batcher, p, seed, waiter)))];
        await Task.WhenAll(producers);
        batcher.Stop();

        // The timer's thread may be sending, and then Stop does not wait for it.
        await Eventually.TrueAsync(() => Volatile.Read(ref handedOver) == Producers * PerProducer, TimeSpan.FromSeconds(30), () => $"{handedOver} were sent");
        await done.CancelAsync();
        await Task.WhenAll(toggler, committer);

        Assert.Empty(waiter.Drops);
        int[] next = new int[Producers];
        foreach ((int producer, int number) in sink.Commands())
        {
            Assert.Equal(next[producer]++, number);
        }

        Assert.All(next, count => Assert.Equal(PerProducer, count));
        ulong expectedId = sink.Batches[0].FirstId;
        foreach (ProposalBatch batch in sink.Batches)
        {
            Assert.Equal(expectedId, batch.FirstId);
            expectedId += (ulong)batch.Count;
        }

        Assert.Equal(Producers * PerProducer, batcher.Statistics.TotalProposals);
    }

    private static void Produce(ProposalBatcher batcher, int producer, int seed, FakeWaiter waiter)
    {
        Random random = new(seed + producer);
        for (int number = 0; number < PerProducer; number++)
        {
            int size = TestCommand.BytesMin + (random.Next(100) == 0 ? random.Next(200_000) : random.Next(200));
            Assert.Equal(ProposalAdmissionResult.Accepted, batcher.Enqueue(new TestCommand(producer, number, size), waiter));
        }
    }

    private static void Toggle(ProposalBatcher batcher, Random random, CancellationToken done)
    {
        BatchPolicyKind[] policies = Enum.GetValues<BatchPolicyKind>();
        BatchCompression[] compressions = [BatchCompression.None, BatchCompression.None, BatchCompression.Gzip];
        while (!done.IsCancellationRequested)
        {
            batcher.Configure(new BatchSettings
            {
                Policy = policies[random.Next(policies.Length)],
                FlushWhenIdle = random.Next(2) == 0,
                PipelineDepth = random.Next(1, 4),
                MaxBatchSize = random.Next(1, 300),
                MaxBatchBytes = random.Next(1, 1 << 20),
                Compression = compressions[random.Next(compressions.Length)],
            });
            Thread.Yield();
        }
    }

    private static void Commit(ProposalBatcher batcher, System.Collections.Concurrent.ConcurrentQueue<ProposalBatch> underWay, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            if (underWay.TryDequeue(out ProposalBatch? batch))
            {
                Assert.True(batcher.Pending.TryTake(batch.MemberId, batch.FirstId, out _));
                batcher.OnBatchDone(batch);
            }
            else
            {
                Thread.Yield();
            }
        }
    }
}
