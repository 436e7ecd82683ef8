using MetaStore.Protocol.Etcd;
using MetaStore.Raft.Runtime.Node;

namespace MetaStore.Server.Services.Mapping;

/// <summary>Makes response headers: cluster, member, revision and term.</summary>
/// <param name="clusterId">Never 0.</param>
/// <param name="memberId">The responding member; never 0.</param>
/// <param name="progress">Supplies the term.</param>
internal sealed class ResponseHeaders(ulong clusterId, ulong memberId, NodeProgress progress)
{
    /// <summary>The cluster.</summary>
    public ulong ClusterId => clusterId;

    /// <summary>This member.</summary>
    public ulong MemberId => memberId;

    /// <summary>The current term of this member.</summary>
    public ulong Term => progress.Term;

    /// <summary>A header with the given revision of the store.</summary>
    public ResponseHeader At(long revision)
    {
        var header = new ResponseHeader();
        Fill(header, revision);
        return header;
    }

    /// <summary>Sets every field of a header.</summary>
    public void Fill(ResponseHeader header, long revision)
    {
        header.ClusterId = clusterId;
        header.MemberId = memberId;
        header.Revision = revision;
        header.RaftTerm = progress.Term;
    }

    /// <summary>A header for calls that do not touch the store: revision 0.</summary>
    public ResponseHeader WithoutRevision() => At(0);
}
