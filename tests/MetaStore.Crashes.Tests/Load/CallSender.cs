using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client;
using Grpc.Core;
using Grpc.Net.Client;

namespace MetaStore.Crashes.Tests.Load;

/// <summary>Sends calls to one member and records the responses.</summary>
internal sealed class CallSender(Uri member) : IDisposable
{
    private const long Forever = 1_000_000;

    /// <summary>Without timeouts.</summary>
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(member);

    /// <summary>For reads.</summary>
    public MetaStoreClient Client { get; } = new(new MetaStoreClientOptions
    {
        Endpoints = [member],
        CommandTimeout = TimeSpan.FromSeconds(30),
        DialTimeout = TimeSpan.FromMilliseconds(500),
    });

    /// <summary>Sends one call. Returns when there is a response or the member is gone.</summary>
    public async Task SendAsync(CrashCall call, CancellationToken gone)
    {
        try
        {
            var header = call switch
            {
                KvCall kv => await SendAsync(kv, gone),
                GrantCall grant => (await Client.Lease.GrantAsync(new LeaseGrantRequest { ID = grant.Id, TTL = Forever }, gone)).Header,
                RevokeCall revoke => (await Client.Lease.RevokeAsync(new LeaseRevokeRequest { ID = revoke.Id }, gone)).Header,
                CompactCall compact => (await Client.Kv.CompactAsync(new CompactionRequest { Revision = compact.Revision, Physical = compact.Physical }, gone)).Header,
                DefragmentCall => (await new Maintenance.MaintenanceClient(_channel).DefragmentAsync(new DefragmentRequest(), cancellationToken: gone)).Header,
                _ => throw new InvalidOperationException($"no way to send {call}"),
            };
            call.Answered = header?.Revision ?? 0;
        }
        catch (RpcException refused) when (refused.StatusCode is StatusCode.OutOfRange or StatusCode.NotFound or StatusCode.ResourceExhausted)
        {
            call.Refused = true;
        }
        catch (Exception lost) when (lost is RpcException or OperationCanceledException)
        {
            // The member was killed or cannot respond: the call stays without a response.
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        _channel.Dispose();
    }

    private async Task<ResponseHeader> SendAsync(KvCall call, CancellationToken gone)
    {
        if (call is { Guard: null, Then: [var only] })
        {
            return only.Value is null
                ? (await Client.Kv.DeleteRangeAsync(Delete(only), gone)).Header
                : (await Client.Kv.PutAsync(Put(only), gone)).Header;
        }

        var txn = new TxnRequest
        {
            Compare =
            {
                new Compare { Key = ByteString.CopyFromUtf8(call.Guard!), Target = Compare.Types.CompareTarget.Version, Result = Compare.Types.CompareResult.Equal, Version = 0 },
            },
        };
        txn.Success.AddRange(call.Then.Select(Operation));
        txn.Failure.AddRange(call.Else.Select(Operation));
        return (await Client.Kv.TxnAsync(txn, gone)).Header;
    }

    private static RequestOp Operation(Change change) => change.Value is null
        ? new RequestOp { RequestDeleteRange = Delete(change) }
        : new RequestOp { RequestPut = Put(change) };

    private static PutRequest Put(Change change) =>
        new() { Key = ByteString.CopyFromUtf8(change.Key), Value = ByteString.CopyFromUtf8(change.Value), Lease = change.Lease };

    private static DeleteRangeRequest Delete(Change change) =>
        new() { Key = ByteString.CopyFromUtf8(change.Key), RangeEnd = change.End is null ? ByteString.Empty : ByteString.CopyFromUtf8(change.End) };
}
