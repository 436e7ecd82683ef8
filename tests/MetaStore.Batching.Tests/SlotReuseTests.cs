using System.Collections.Concurrent;
using MetaStore.Batching.Entries;
using MetaStore.Batching.Policies;
using MetaStore.Batching.Settings;
using MetaStore.IO;
using MetaStore.Testing;

namespace MetaStore.Batching.Tests;

/// <summary>Slots of completed batches are reused: a caller must never get the response of another caller's command.</summary>
public sealed class SlotReuseTests
{
    private const int Producers = 4;
    private const int PerProducer = 50_000;

    [Fact]
    public void OnBatchDone_SlotsAreEmptied_AndCannotBeReadAnyMore()
    {
        FakeSink sink = new();
        using ProposalBatcher batcher = new(
            1, new BatchSettings { Policy = BatchPolicyKind.Off }, sink.TryPropose, new FakeTimeProvider(), BackgroundWork.ThreadPool, firstId: 1, flushInline: true);
        FakeWaiter first = new();
        FakeWaiter second = new();
        batcher.Enqueue(new TestCommand(0, 0), first);
        batcher.OnBatchDone(sink.Batches[0]);
        batcher.Enqueue(new TestCommand(0, 1), second);
        Assert.Throws<IndexOutOfRangeException>(() => sink.Batches[0].WaiterAt(0));
        Assert.Same(second, sink.Batches[1].WaiterAt(0));
    }

    [Fact]
    public void Pool_Returned_IsTakenAgain_AndHoldsABoundedNumberOfSlots()
    {
        SlotPool pool = new();
        ProposalBatch.Slot[] large = new ProposalBatch.Slot[40_000];
        ProposalBatch.Slot[] small = new ProposalBatch.Slot[10];
        pool.Return(large);
        pool.Return(new ProposalBatch.Slot[40_000]);
        pool.Return(small);
        Assert.Same(small, pool.Take(expected: 3));
        Assert.Same(large, pool.Take(expected: 3));
        Assert.Equal(3, pool.Take(expected: 3).Length);
    }

    /// <summary>Producers, settings changes and an apply loop on separate threads; every waiter must belong to its command.</summary>
    [Fact]
    public void Waiters_UnderLoadAndSwitches_AreThoseOfTheirCommands()
    {
        using BlockingCollection<ProposalBatch> log = [];
        QueueSink sink = new(log);
        using ProposalBatcher batcher = new(1, new BatchSettings(), sink.TryPropose, TimeProvider.System);
        NumberedWaiter[][] waiters = [.. Enumerable.Range(0, Producers).Select(producer => Enumerable.Range(0, PerProducer).Select(number => new NumberedWaiter(producer, number)).ToArray())];
        int applied = 0;
        List<string> wrong = [];
        Thread applying = new(() =>
        {
            foreach (ProposalBatch entry in log.GetConsumingEnumerable())
            {
                BatchReader proposals = BatchCodec.Decode(entry.Data);
                if (!batcher.Pending.TryTake(proposals.MemberId, proposals.FirstId, out ProposalBatch? batch, proposals.Count))
                {
                    wrong.Add($"batch {proposals.FirstId} is not pending");
                    continue;
                }

                int position = 0;
                foreach (ReadOnlyMemory<byte> command in proposals)
                {
                    if (batch.WaiterAt(position++) is not NumberedWaiter waiter || TestCommand.Read(command.Span) != (waiter.Producer, waiter.Number))
                    {
                        wrong.Add($"position {position - 1} of batch {proposals.FirstId}");
                    }
                }

                batcher.OnBatchDone(batch);
                applied += proposals.Count;
            }
        });
        applying.Start();
        Thread[] producing =
        [
            .. waiters.Select(own => new Thread(() =>
            {
                foreach (NumberedWaiter waiter in own)
                {
                    batcher.Enqueue(new TestCommand(waiter.Producer, waiter.Number), waiter);
                }
            })),
        ];
        Array.ForEach(producing, thread => thread.Start());
        BatchSettings[] modes =
        [
            new() { Policy = BatchPolicyKind.Off },
            new() { MaxBatchSize = 7 },
            new() { Policy = BatchPolicyKind.Fixed, Fixed = new FixedPolicySettings { BatchSize = 1000, Timeout = TimeSpan.FromMilliseconds(1) }, FlushWhenIdle = false },
            new() { Compression = BatchCompression.Lz4 },
        ];
        for (int turn = 0; producing.Any(thread => thread.IsAlive); turn++)
        {
            batcher.Configure(modes[turn % modes.Length]);
            Thread.Yield();
        }

        batcher.Drain();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref applied) == Producers * PerProducer, TimeSpan.FromSeconds(60)));
        log.CompleteAdding();
        applying.Join();
        Assert.Empty(wrong);
    }

    private sealed record NumberedWaiter(int Producer, int Number) : IProposalWaiter
    {
        public void Fail(ProposalFailure reason) => throw new InvalidOperationException($"dropped: {reason}");
    }

    private sealed class QueueSink(BlockingCollection<ProposalBatch> log)
    {
        public bool TryPropose(ProposalBatch batch)
        {
            log.Add(batch);
            return true;
        }
    }
}
