using System.Diagnostics;
using MetaStore.Protocol.Etcd;
using MetaStore.Grpc;
using MetaStore.Grpc.Client;
using MetaStore.Server.Leasing;
using MetaStore.Server.Observability;
using MetaStore.Server.Upkeep;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Hashing;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Server.Api;

/// <summary>Hashes of this member from its own state, of others by asking them.</summary>
internal sealed class MemberHashes(ulong self, MvccReader reader, LeaderChannels channels, MaintenanceMetrics metrics, TimeSpan patience) : IMemberHashes
{
    private static readonly Method<HashKVRequest, HashKVResponse> HashMethod = new(EtcdServices.Maintenance, "HashKV");

    /// <inheritdoc/>
    public Task<MemberHash?> OfAsync(ulong member, long revision, CancellationToken stop) =>
        member == self ? Task.Run(() => Own(revision), stop) : AskAsync(member, revision, stop);

    private MemberHash? Own(long revision)
    {
        long startedAt = Stopwatch.GetTimestamp();
        using ReadTxn txn = reader.OpenRead();
        KvHash hash = txn.HashKv(revision);
        metrics.OnHashRev(startedAt);
        return hash.Error == ErrorCode.None ? new MemberHash(hash.Hash, hash.HashRevision, hash.CompactRevision) : null;
    }

    private async Task<MemberHash?> AskAsync(ulong member, long revision, CancellationToken stop)
    {
        if (channels.To(member) is not { } channel)
        {
            return null;
        }

        try
        {
            var options = new CallOptions { Timeout = patience, CancellationToken = stop };
            HashKVResponse answer = await channel.UnaryAsync(HashMethod, new HashKVRequest { Revision = revision }, options);
            return new MemberHash(answer.Hash, answer.HashRevision, answer.CompactRevision);
        }
        catch (RpcException)
        {
            // Not there, behind, or the revision is compacted there: no hash is an answer, and who asks says so in the log.
            return null;
        }
    }
}
