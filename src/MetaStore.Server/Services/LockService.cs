using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Locks;
using MetaStore.Server.Services.Concurrency;

namespace MetaStore.Server.Services;

/// <summary>v3lockpb.Lock: a queue of keys whose first owner holds the lock. Client libraries create the same keys.</summary>
internal sealed class LockService(LocalCalls calls, LockQueue queue) : Protocol.Locks.Lock.LockBase
{
    public override Task<LockResponse> Lock(LockRequest request, ServerCallContext context) => calls.WaitingAsync(context, async stop =>
    {
        LocalCalls own = calls.For(context);
        long lease = await own.LeaseAsync(request.Lease, stop);
        LockTicket place = await queue.Over(own).EnterAsync(request.Name, ByteString.Empty, lease, stop);
        return new LockResponse { Header = place.Header, Key = place.Key };
    });

    public override async Task<UnlockResponse> Unlock(UnlockRequest request, ServerCallContext context) =>
        new() { Header = (await calls.For(context).DeleteAsync(request.Key, context.CancellationToken)).Header };
}
