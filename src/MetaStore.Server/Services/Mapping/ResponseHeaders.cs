using MetaStore.Protocol.Etcd;
using MetaStore.Raft.Runtime.Node;

namespace MetaStore.Server.Services.Mapping;

/// <summary>Makes the header of every response: who answers, at which revision and term.</summary>
/// <param name="clusterId">Never 0.</param>
/// <param name="memberId">The member that answers; never 0.</param>
/// <param name="progress">Gives the term.</param>
internal sealed class ResponseHeaders(ulong clusterId, ulong memberId, NodeProgress progress)
{
    /// <summary>The cluster.</summary>
    public ulong ClusterId => clusterId;

    /// <summary>This member.</summary>
    public ulong MemberId => memberId;

    /// <summary>The term this member is in.</summary>
    public ulong Term => progress.Term;

    /// <summary>With the store's revision.</summary>
    public ResponseHeader At(long revision) => new()
    {
        ClusterId = clusterId,
        MemberId = memberId,
        Revision = revision,
        RaftTerm = progress.Term,
    };

    /// <summary>Of calls that do not touch the store: revision 0.</summary>
    public ResponseHeader WithoutRevision() => At(0);
}
