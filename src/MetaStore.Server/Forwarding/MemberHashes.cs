using System.Diagnostics;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Maintenance;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Auth.Records;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Hashing;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Server.Forwarding;

/// <summary>Hashes of this member from its own state, of other members by asking them.</summary>
internal sealed class MemberHashes(ulong self, MvccReader reader, LeaderChannels channels, MemberToken token, MaintenanceMetrics metrics, TimeSpan patience) : IMemberHashes
{
    /// <inheritdoc/>
    public Task<MemberHash?> OfAsync(ulong member, long revision, CancellationToken stop) =>
        member == self ? Task.Run(() => Own(revision), stop) : AskAsync(member, revision, stop);

    private MemberHash? Own(long revision)
    {
        long startedAt = Stopwatch.GetTimestamp();
        using ReadTxn txn = reader.OpenRead();
        KvHash hash = txn.HashKv(revision);
        metrics.OnHashRev(startedAt);
        return hash.Error == ErrorCode.None ? new MemberHash(hash.Hash, hash.HashRevision, hash.CompactRevision) { Users = AuthHash.Of(txn.Auth) } : null;
    }

    private async Task<MemberHash?> AskAsync(ulong member, long revision, CancellationToken stop)
    {
        if (channels.To(member) is not { } channel)
        {
            return null;
        }

        try
        {
            Metadata headers = await token.HeadersAsync(stop);
            headers.Add(UsersHash.Name, UsersHash.Asked);
            using AsyncUnaryCall<HashKVResponse> call = new Protocol.Etcd.Maintenance.MaintenanceClient(channel).HashKVAsync(
                new HashKVRequest { Revision = revision }, headers, DateTime.UtcNow + patience, stop);
            HashKVResponse answer = await call;
            return new MemberHash(answer.Hash, answer.HashRevision, answer.CompactRevision) { Users = UsersHash.Read(call.GetTrailers()) };
        }
        catch (RpcException) when (!stop.IsCancellationRequested)
        {
            // Not reachable, lagging, or the revision is compacted there: reported as "no hash", which the caller logs.
            return null;
        }
    }
}
