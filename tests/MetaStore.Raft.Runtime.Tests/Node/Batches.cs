using System.Text;
using MetaStore.Raft.Runtime.Batching;
using MetaStore.Raft.Runtime.Tests.Batching;

namespace MetaStore.Raft.Runtime.Tests.Node;

/// <summary>Creates batches without a batcher.</summary>
internal static class Batches
{
    public static SharedBatch Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static SharedBatch Of(byte[] data) => new(
        memberId: 1,
        firstId: 1,
        count: 1,
        [new SharedBatch.Slot { Waiter = new FakeWaiter() }],
        data,
        FlushReason.Idle,
        flushedAt: 0);
}
