using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Compatibility.Tests.Wire;
using FilterType = MetaStore.Protocol.Etcd.WatchCreateRequest.Types.FilterType;

namespace MetaStore.Compatibility.Tests.Watching;

/// <summary>A random sequence of writes and watches, generated in advance from a seed, so that it is the same for every server.</summary>
internal sealed class WatchPlan(int seed)
{
    private static readonly string[] Keys = ["a", "aa", "ab", "b", "ba", "c"];

    private readonly Random _random = new(seed);
    private readonly List<long> _open = [];
    private long _ids;
    private long _revision = 1;
    private long _compacted;

    /// <summary>A write; some change nothing.</summary>
    public IMessage Write()
    {
        switch (_random.Next(8))
        {
            case 0:
                return new DeleteRangeRequest { Key = Key(), RangeEnd = _random.Next(2) == 0 ? ByteString.Empty : Utf8("b") };
            case 1:
                var txn = new TxnRequest();
                foreach (var key in Keys.OrderBy(_ => _random.Next()).Take(1 + _random.Next(3)))
                {
                    txn.Success.Add(_random.Next(3) == 0
                        ? new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = Utf8(key) } }
                        : new RequestOp { RequestPut = new PutRequest { Key = Utf8(key), Value = Utf8($"{_random.Next(1000)}") } });
                }

                return txn;
            default:
                return new PutRequest { Key = Key(), Value = Utf8(new string('v', _random.Next(40))) };
        }
    }

    /// <summary>A watch with any kind of start revision; sometimes an invalid one.</summary>
    public WatchCreateRequest Watch()
    {
        var request = new WatchCreateRequest
        {
            WatchId = NewId(),
            Key = _random.Next(10) == 0 ? ByteString.Empty : Key(),
            RangeEnd = _random.Next(5) switch
            {
                0 => ByteString.CopyFrom(0),
                1 => Utf8("b"),
                2 => Utf8("c"),
                _ => ByteString.Empty,
            },
            StartRevision = _random.Next(4) switch
            {
                0 => 0,
                1 => _revision + _random.Next(5),
                _ => 1 + _random.NextInt64(_revision),
            },
            PrevKv = _random.Next(2) == 0,
            Fragment = _random.Next(4) == 0,
            ProgressNotify = _random.Next(4) == 0,
        };
        if (_random.Next(4) == 0)
        {
            request.Filters.Add(_random.Next(2) == 0 ? FilterType.Noput : FilterType.Nodelete);
        }

        if (request.StartRevision == _compacted)
        {
            // etcd 3.4 loses a delete at exactly that revision; 3.6 and MetaStore do not.
            request.StartRevision++;
        }

        if (_open.Count > 0 && _random.Next(12) == 0)
        {
            request.WatchId = _open[0];
        }
        else if (!IsInverted(request) && (request.StartRevision == 0 || request.StartRevision > _compacted))
        {
            _open.Add(request.WatchId);
        }

        return request;
    }

    /// <summary>Picks an existing watch and removes it from the list; null when there are too few.</summary>
    public long? SomeId()
    {
        if (_open.Count < 5)
        {
            return null;
        }

        var at = _random.Next(1, _open.Count);
        var id = _open[at];
        _open.RemoveAt(at);
        return id;
    }

    /// <summary>A compaction of part of the history; null when there is too little.</summary>
    public CompactionRequest? Compaction()
    {
        if (_revision - _compacted < 20)
        {
            return null;
        }

        _compacted += 1 + _random.NextInt64(_revision - _compacted - 10);
        return new CompactionRequest { Revision = _compacted };
    }

    /// <summary>Records the revision of a write's response.</summary>
    public void Learn(WireAnswer answer) =>
        _revision = ((ResponseHeader)answer.Message!.Descriptor.FindFieldByNumber(1).Accessor.GetValue(answer.Message)).Revision;

    /// <summary>True on average once in that many steps.</summary>
    public bool Once(int steps) => _random.Next(steps) == 0;

    private static bool IsInverted(WatchCreateRequest request) =>
        request.RangeEnd.Length > 0 && request.RangeEnd[0] != 0 && request.Key.Span.SequenceCompareTo(request.RangeEnd.Span) >= 0;

    private long NewId() => (++_ids + 1) * (_random.Next(5) == 0 ? -1 : 1);

    private static ByteString Utf8(string text) => ByteString.CopyFromUtf8(text);

    private ByteString Key() => Utf8(Keys[_random.Next(Keys.Length)]);
}
