using Google.Protobuf;
using Grpc.Core;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Migration;

/// <summary>Collects puts and deletes and sends them in order, as transactions within etcd's default limits.</summary>
internal sealed class TargetWriter(MetaStoreClient target, TargetLeases leases)
{
    /// <summary>etcd accepts 128 operations (--max-txn-ops) and 1.5 MiB (--max-request-bytes) by default.</summary>
    private const int OperationsMax = 100;
    private const int BytesMax = 512 << 10;

    private readonly Dictionary<ByteString, int> _keys = [];
    private TxnRequest _txn = new();
    private int _bytes;

    /// <summary>Keys that were put or deleted so far.</summary>
    public long Written { get; private set; }

    public async Task PutAsync(KeyValue pair, CancellationToken cancellation)
    {
        var put = new PutRequest { Key = pair.Key, Value = pair.Value };
        if (pair.Lease != 0 && await leases.EnsureAsync(pair.Lease, again: false, cancellation))
        {
            put.Lease = pair.Lease;
        }

        await AddAsync(pair.Key, pair.Value.Length, new RequestOp { RequestPut = put }, cancellation);
    }

    public Task DeleteAsync(ByteString key, CancellationToken cancellation) =>
        AddAsync(key, 0, new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = key } }, cancellation);

    /// <summary>Sends what was collected; returns when the target has it.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        if (_keys.Count == 0)
        {
            return;
        }

        try
        {
            await target.Kv.TxnAsync(_txn, cancellation);
        }
        catch (RpcException gone) when (gone.Is(EtcdErrors.LeaseNotFound))
        {
            await RegrantAsync(cancellation);
            await target.Kv.TxnAsync(_txn, cancellation);
        }

        Written += _keys.Count;
        _keys.Clear();
        _txn = new TxnRequest();
        _bytes = 0;
    }

    private async Task AddAsync(ByteString key, int valueBytes, RequestOp operation, CancellationToken cancellation)
    {
        if (_keys.Count == OperationsMax || _bytes + key.Length + valueBytes > BytesMax)
        {
            await FlushAsync(cancellation);
        }

        // A transaction must not put a key twice; what it leaves is the newest.
        if (_keys.TryAdd(key, _txn.Success.Count))
        {
            _txn.Success.Add(operation);
        }
        else
        {
            _txn.Success[_keys[key]] = operation;
        }

        _bytes += key.Length + valueBytes;
    }

    private async Task RegrantAsync(CancellationToken cancellation)
    {
        foreach (var put in _txn.Success.Select(operation => operation.RequestPut).Where(put => put is { Lease: not 0 }))
        {
            if (!await leases.EnsureAsync(put.Lease, again: true, cancellation))
            {
                put.Lease = 0;
            }
        }
    }
}
