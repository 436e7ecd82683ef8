using MetaStore.Protocol.Etcd;
using MetaStore.Raft.Runtime.Node;

namespace MetaStore.Server.Services.Mapping;

/// <summary>Makes response headers: cluster, member, revision and term.</summary>
/// <param name="clusterId">Never 0.</param>
/// <param name="memberId">The responding member; never 0.</param>
/// <param name="progress">Supplies the term.</param>
internal sealed class ResponseHeaders(ulong clusterId, ulong memberId, NodeProgress progress)
{
    /// <summary>Longest encoded header: four numbers.</summary>
    public const int EncodedBytesMax = 4 * FieldWriter.NumberBytesMax;

    private const byte ClusterTag = 1 << 3;
    private const byte MemberTag = 2 << 3;
    private const byte RevisionTag = 3 << 3;
    private const byte TermTag = 4 << 3;

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

    /// <summary>The bytes of <see cref="At"/>.</summary>
    /// <param name="target">At least <see cref="EncodedBytesMax"/>.</param>
    /// <param name="revision">Of the store.</param>
    /// <returns>The part that was written.</returns>
    public ReadOnlySpan<byte> Encode(Span<byte> target, long revision)
    {
        var writer = new FieldWriter(target);
        writer.Number(ClusterTag, clusterId);
        writer.Number(MemberTag, memberId);
        writer.Number(RevisionTag, (ulong)revision);
        writer.Number(TermTag, progress.Term);
        return target[..writer.Length];
    }

    /// <summary>A header for calls that do not touch the store: revision 0.</summary>
    public ResponseHeader WithoutRevision() => At(0);
}
