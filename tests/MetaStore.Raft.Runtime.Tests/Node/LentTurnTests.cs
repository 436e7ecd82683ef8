using MetaStore.IO.Turns;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.Raft.Runtime.Tests.Transport;

namespace MetaStore.Raft.Runtime.Tests.Node;

/// <summary>What the queues of the raft thread and of the apply thread do when another thread takes from them.</summary>
public sealed class LentTurnTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Every input comes out once, by whichever thread, and the two bursts are used in turn.</summary>
    [Fact]
    public void Mailbox_TakenByTwoThreads_GivesEachInputOnce()
    {
        const int count = 20_000;
        NodeMailbox mailbox = new(new RaftNodeOptions { NodeId = 1, ClusterId = 1, MessageQueueBytesMax = 1L << 30 });
        List<ulong> taken = [];
        mailbox.Turns.Worker = new Borrower(() =>
        {
            NodeInbox inbox = mailbox.TakeNow()!;
            taken.AddRange(inbox.Messages.Select(message => message.Context));
            mailbox.Return(inbox);
        });
        Thread own = new(() =>
        {
            NodeInbox inbox = new();
            while (mailbox.Take(inbox, TimeSpan.FromMilliseconds(1)) is { } next)
            {
                taken.AddRange(next.Messages.Select(message => message.Context));
                inbox = next;
            }
        });
        own.Start();
        for (ulong i = 0; i < count; i++)
        {
            Carry(() => mailbox.Post([Samples.Heartbeat(from: 2, to: 1, context: i)]));
        }

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref taken).Count == count, Limit), $"{taken.Count} of {count}");
        mailbox.Close();
        Assert.True(own.Join(Limit));
        Assert.Equal(Enumerable.Range(0, count).Select(i => (ulong)i), taken);
    }

    [Fact]
    public void CommittedQueue_TakenByTwoThreads_GivesEachItemOnce()
    {
        const int count = 20_000;
        CommittedQueue queue = new();
        List<ulong> taken = [];
        queue.Turns.Worker = new Borrower(() => taken.AddRange(queue.Take(TimeSpan.Zero)!.Select(work => ((CommittedBatch)work).FirstIndex)));
        Thread own = new(() =>
        {
            while (queue.Take(TimeSpan.FromMilliseconds(1)) is { } group)
            {
                taken.AddRange(group.Select(work => ((CommittedBatch)work).FirstIndex));
            }
        });
        own.Start();
        for (ulong i = 1; i <= count; i++)
        {
            Carry(() => queue.Add(Entries(i, count: 1, bytes: 10)));
        }

        queue.Close();
        Assert.True(own.Join(Limit));
        Assert.Equal(Enumerable.Range(1, count).Select(i => (ulong)i), taken);
    }

    [Theory]
    [InlineData(1, 100, true)]
    [InlineData(16, 1024, true)]
    [InlineData(17, 1, false)]
    [InlineData(1, 16 * 1024, true)]
    [InlineData(1, (16 * 1024) + 1, false)]
    [InlineData(2, 9 * 1024, false)]
    public void IsLight_AFewSmallEntries(int count, int bytes, bool isLight)
    {
        CommittedQueue queue = new();
        queue.Add(Entries(1, count, bytes));
        Assert.Equal(isLight, queue.IsLight);
    }

    [Fact]
    public void IsLight_NeverWithASnapshot()
    {
        CommittedQueue queue = new();
        queue.Add(new SnapshotRequest(""));
        Assert.False(queue.IsLight);
        CommittedQueue installing = new();
        installing.Add(new SnapshotInstall(new SnapshotMetadata(5, 1, ConfState.Of(1)), "file"));
        installing.Add(Entries(6, count: 1, bytes: 1));
        Assert.False(installing.IsLight);
    }

    private static CommittedBatch Entries(ulong from, int count, int bytes) =>
        new([.. Enumerable.Range(0, count).Select(i => new Entry(1, from + (ulong)i, EntryType.Normal, new byte[bytes]))], []);

    private static void Carry(Action bring)
    {
        RunToCompletion.Begin(mayWaitForDisk: true);
        try
        {
            bring();
        }
        finally
        {
            RunToCompletion.End();
        }
    }

    private sealed class Borrower(Action turn) : ITurnWorker
    {
        public bool MayBeLent => true;

        public void TakeTurn() => turn();
    }
}
