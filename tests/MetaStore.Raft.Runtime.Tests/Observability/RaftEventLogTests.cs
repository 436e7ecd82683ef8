using MetaStore.Raft.Runtime.Observability;
using MetaStore.Raft.Runtime.Tests.Transport;

namespace MetaStore.Raft.Runtime.Tests.Observability;

public sealed class RaftEventLogTests
{
    private const ulong Node = 0x628170c800dbcee;

    [Theory]
    [InlineData(RaftEventKind.BecameLeader, Node, 0, "Member 628170c800dbcee leads in term 3.")]
    [InlineData(RaftEventKind.LeaderChanged, 0, 0, "Member 628170c800dbcee lost its leader in term 3.")]
    [InlineData(RaftEventKind.LeaderTransfer, Node, 0, "Transferring leadership to member 628170c800dbcee.")]
    [InlineData(RaftEventKind.LeaderTransfer, Node, 1, "The leadership transfer to member 628170c800dbcee was aborted.")]
    public void Raft_AnEvent_IsASentenceWithTheIdThatClientsPrint(RaftEventKind kind, ulong other, ulong value, string line)
    {
        var sink = new LogSink();
        sink.Raft(Node, new RaftEvent(kind, 3, other, value));
        Assert.Equal([line], sink.All);
    }
}
