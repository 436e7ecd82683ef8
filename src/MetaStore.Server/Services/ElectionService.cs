using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Elections;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.Server.Services.Concurrency;
using MetaStore.Server.Watch;

namespace MetaStore.Server.Services;

/// <summary>v3electionpb.Election: the owner of the first key in the queue is the leader; the key's value is what it proclaims.</summary>
internal sealed class ElectionService(LocalCalls calls, LockQueue queue) : Election.ElectionBase
{
    public override Task<CampaignResponse> Campaign(CampaignRequest request, ServerCallContext context) => calls.WaitingAsync(context, async stop =>
    {
        LocalCalls own = calls.For(context);
        long lease = await own.LeaseAsync(request.Lease, stop);
        LockTicket place = await queue.Over(own).EnterAsync(request.Name, request.Value, lease, stop);
        var leader = new LeaderKey { Name = request.Name, Key = place.Key, Rev = place.CreateRevision, Lease = lease };
        if (place.Known is { } known && known.Value != request.Value)
        {
            await ProclaimAsync(own, leader, request.Value, stop);
        }

        // As in etcd, the header is that of the queue entry, even when a new value was written after it.
        return new CampaignResponse { Header = place.Header, Leader = leader };
    });

    public override async Task<ProclaimResponse> Proclaim(ProclaimRequest request, ServerCallContext context) =>
        new() { Header = (await ProclaimAsync(calls.For(context), Required(request.Leader), request.Value, context.CancellationToken)).Header };

    public override async Task<ResignResponse> Resign(ResignRequest request, ServerCallContext context)
    {
        LeaderKey leader = Required(request.Leader);
        TxnRequest txn = WhileItLeads(leader);
        txn.Success.Add(new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = leader.Key } });
        return new ResignResponse { Header = (await calls.For(context).TxnAsync(txn, context.CancellationToken)).Header };
    }

    public override async Task<LeaderResponse> Leader(LeaderRequest request, ServerCallContext context)
    {
        RangeResponse first = await queue.Over(calls.For(context)).FirstAsync(request.Name, context.CancellationToken);
        return first.Kvs.Count > 0
            ? new LeaderResponse { Header = first.Header, Kv = first.Kvs[0] }
            : throw new RpcException(new Status(StatusCode.Unknown, "election: no leader"));
    }

    /// <summary>Sends the current leader, or the first one elected, then every new value and every new leader, in order.</summary>
    public override async Task Observe(LeaderRequest request, IServerStreamWriter<LeaderResponse> responses, ServerCallContext context) =>
        await calls.WaitingAsync(context, stop => ObserveAsync(calls.For(context), request.Name, responses, stop));

    private static TxnRequest WhileItLeads(LeaderKey leader)
    {
        var txn = new TxnRequest();
        txn.Compare.Add(new Compare
        {
            Key = leader.Key,
            Target = Compare.Types.CompareTarget.Create,
            Result = Compare.Types.CompareResult.Equal,
            CreateRevision = leader.Rev,
        });
        return txn;
    }

    private static LeaderKey Required(LeaderKey? leader) =>
        leader ?? throw new RpcException(new Status(StatusCode.Unknown, "\"leader\" field must be provided"));

    private async Task<bool> ObserveAsync(LocalCalls own, ByteString name, IServerStreamWriter<LeaderResponse> responses, CancellationToken stop)
    {
        ByteString prefix = LockQueue.PrefixOf(name);
        while (true)
        {
            RangeResponse first = await queue.Over(own).FirstAsync(name, stop);
            (ResponseHeader header, KeyValue leader) = first.Kvs.Count > 0
                ? (first.Header, first.Kvs[0])
                : await FirstPutAsync(own, prefix, first.Header.Revision + 1, stop);
            await responses.WriteAsync(new LeaderResponse { Header = header, Kv = leader }, stop);
            await FollowAsync(own, leader, header.Revision + 1, responses, stop);
        }
    }

    private static async Task<TxnResponse> ProclaimAsync(LocalCalls calls, LeaderKey leader, ByteString value, CancellationToken stop)
    {
        TxnRequest txn = WhileItLeads(leader);
        txn.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = leader.Key, Value = value, Lease = leader.Lease } });
        TxnResponse response = await calls.TxnAsync(txn, stop);
        return response.Succeeded ? response : throw new RpcException(new Status(StatusCode.Unknown, "election: not leader"));
    }

    private static async Task<(ResponseHeader Header, KeyValue Leader)> FirstPutAsync(LocalCalls own, ByteString prefix, long revision, CancellationToken stop)
    {
        await using LocalWatch watch = own.Watch(new WatchCreateRequest { Key = prefix, RangeEnd = prefix.PrefixEnd(), StartRevision = revision });
        while (true)
        {
            WatchResponse response = await watch.NextAsync(stop);
            if (response.Events.FirstOrDefault(change => change.Type == Event.Types.EventType.Put) is { } put)
            {
                ResponseHeader header = response.Header.Clone();
                header.Revision = put.Kv.ModRevision;
                return (header, put.Kv);
            }
        }
    }

    private static async Task FollowAsync(LocalCalls own, KeyValue leader, long revision, IServerStreamWriter<LeaderResponse> responses, CancellationToken stop)
    {
        await using LocalWatch watch = own.Watch(new WatchCreateRequest { Key = leader.Key, StartRevision = revision });
        while (true)
        {
            WatchResponse response = await watch.NextAsync(stop);
            foreach (Event change in response.Events)
            {
                if (change.Type == Event.Types.EventType.Delete)
                {
                    return;
                }

                await responses.WriteAsync(new LeaderResponse { Header = response.Header, Kv = change.Kv }, stop);
            }
        }
    }
}
