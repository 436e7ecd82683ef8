using System.Text;

namespace MetaStore.Batching.Tests;

/// <summary>Creates batches without a batcher.</summary>
internal static class Batches
{
    public static ProposalBatch Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static ProposalBatch Of(byte[] data) => new(
        memberId: 1,
        firstId: 1,
        count: 1,
        [new ProposalBatch.Slot { Waiter = new FakeWaiter() }],
        data,
        FlushReason.Idle,
        flushedAt: 0);
}
