using Google.Protobuf;
using MetaStore.Client.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Client.Tests.Ownership;

/// <summary>The keys under "job/" of a fake member: transactions that enter and leave the queue, ranges by creation and watches of a key.</summary>
internal sealed class FakeQueue
{
    private readonly List<KeyValue> _keys = [];
    private long _revision = 10;

    public FakeQueue(FakeCluster cluster)
    {
        cluster.OnAll<LeaseGrantRequest>("LeaseGrant", request => new LeaseGrantResponse { ID = 0x2a, TTL = request.TTL });
        cluster.OnAll<LeaseKeepAliveRequest>("LeaseKeepAlive", request => new LeaseKeepAliveResponse { ID = request.ID, TTL = 9 });
        cluster.OnAll<LeaseRevokeRequest>("LeaseRevoke", request =>
        {
            lock (_keys)
            {
                _keys.RemoveAll(key => key.Lease == request.ID);
            }

            return new LeaseRevokeResponse();
        });
        cluster.OnAll<TxnRequest>("Txn", Run);
        cluster.OnAll<RangeRequest>("Range", Read);
        cluster.OnAll<WatchRequest>("Watch", _ => new WatchResponse { Created = true, Header = Header });
    }

    public string[] Keys
    {
        get
        {
            lock (_keys)
            {
                return [.. _keys.Select(key => key.Key.ToStringUtf8())];
            }
        }
    }

    private ResponseHeader Header => new() { Revision = _revision };

    /// <summary>A key of another owner; without a lease when it is 0.</summary>
    public void Add(string key, long lease)
    {
        lock (_keys)
        {
            _keys.Add(new KeyValue { Key = ByteString.CopyFromUtf8(key), Lease = lease, CreateRevision = ++_revision, ModRevision = _revision });
        }
    }

    public void Remove(string key)
    {
        lock (_keys)
        {
            _revision++;
            _keys.RemoveAll(pair => pair.Key.ToStringUtf8() == key);
        }
    }

    private object Run(TxnRequest request)
    {
        lock (_keys)
        {
            var compare = request.Compare[0];
            var holds = (_keys.Find(pair => pair.Key == compare.Key)?.CreateRevision ?? 0) == compare.CreateRevision;
            var response = new TxnResponse { Succeeded = holds, Header = Header };
            foreach (var operation in holds ? request.Success : request.Failure)
            {
                if (operation.RequestPut is { } put)
                {
                    Add(put.Key.ToStringUtf8(), put.Lease);
                    response.Header = Header;
                }

                if (operation.RequestDeleteRange is { } delete)
                {
                    Remove(delete.Key.ToStringUtf8());
                }

                response.Responses.Add(operation.RequestRange is { } range ? new ResponseOp { ResponseRange = Read(range) } : new ResponseOp { ResponsePut = new PutResponse() });
            }

            return response;
        }
    }

    private RangeResponse Read(RangeRequest request)
    {
        lock (_keys)
        {
            var found = _keys.Where(pair => request.RangeEnd.IsEmpty ? pair.Key == request.Key : pair.Key.Span.StartsWith(request.Key.Span))
                .Where(pair => request.MaxCreateRevision == 0 || pair.CreateRevision <= request.MaxCreateRevision).OrderBy(pair => pair.CreateRevision);
            var ordered = request.SortOrder == RangeRequest.Types.SortOrder.Descend ? found.Reverse() : found;
            return new RangeResponse { Header = Header, Kvs = { ordered.Take(request.Limit > 0 ? (int)request.Limit : int.MaxValue) } };
        }
    }
}
