using MetaStore.Protocol.Etcd;
using Google.Protobuf;

namespace MetaStore.Compatibility.Tests.Requests;

/// <summary>Random requests to the KV service, and some for the leases of its keys, that use every field and sometimes violate each rule.</summary>
/// <remarks>
/// Not generated, because the reference version crashes or the order is unspecified (see docs/compatibility.md): unknown sort orders and targets, and
/// a put that keeps the value or lease of a key deleted by a from-key delete of the same transaction.
/// </remarks>
internal sealed class RequestGenerator
{
    private readonly Random _random;
    private readonly KeySpace _keys;
    private readonly TxnGenerator _txns;
    private readonly LeaseGenerator _leases;

    internal RequestGenerator(int seed)
    {
        _random = new Random(seed);
        _keys = new KeySpace(_random);
        _txns = new TxnGenerator(_random, _keys, this);
        _leases = new LeaseGenerator(_random);
    }

    /// <summary>Revision of the last response; requests use revisions near it.</summary>
    internal long CurrentRevision { get; set; } = 1;

    /// <summary>Highest requested compaction revision.</summary>
    internal long CompactedRevision { get; set; }

    internal IMessage Next() => _random.Next(100) switch
    {
        < 28 => Put(),
        < 36 => DeleteRange(),
        < 66 => Range(),
        < 91 => _txns.Txn(depth: 0),
        < 98 => _leases.Next(),
        _ => Compact(),
    };

    internal RangeRequest Range()
    {
        var key = _keys.Key();
        var request = new RangeRequest
        {
            Key = key,
            RangeEnd = _keys.RangeEnd(key),
            Limit = OneIn(3) ? _random.Next(-1, 6) : 0,
            Revision = OneIn(3) ? Revision() : 0,
            Serializable = OneIn(8),
            KeysOnly = OneIn(6),
            CountOnly = OneIn(8),
        };
        if (OneIn(3))
        {
            request.SortOrder = (RangeRequest.Types.SortOrder)_random.Next(3);
            request.SortTarget = (RangeRequest.Types.SortTarget)_random.Next(5);
        }

        if (OneIn(5))
        {
            request.MinModRevision = Bound();
            request.MaxModRevision = Bound();
            request.MinCreateRevision = Bound();
            request.MaxCreateRevision = Bound();
        }

        return request;
    }

    internal PutRequest Put()
    {
        var request = new PutRequest
        {
            Key = _keys.Key(),
            Value = Value(),
            Lease = Lease(),
            PrevKv = OneIn(3),
            IgnoreValue = OneIn(12),
            IgnoreLease = OneIn(12),
        };
        if (request.IgnoreValue && !OneIn(4))
        {
            request.Value = ByteString.Empty;
        }

        if (request.IgnoreLease && !OneIn(4))
        {
            request.Lease = 0;
        }

        return request;
    }

    internal DeleteRangeRequest DeleteRange()
    {
        var key = _keys.Key();
        return new DeleteRangeRequest { Key = key, RangeEnd = OneIn(2) ? ByteString.Empty : _keys.RangeEnd(key), PrevKv = OneIn(2) };
    }

    /// <summary>A revision near the current one, sometimes compacted, future or negative.</summary>
    internal long Revision() => _random.Next(12) switch
    {
        0 => CurrentRevision + _random.Next(1, 3),
        1 => -1,
        2 => CompactedRevision,
        3 => CompactedRevision - 1,
        4 => CompactedRevision + 1,
        5 => CurrentRevision,
        _ => Math.Max(1, CurrentRevision - _random.Next(80)),
    };

    internal ByteString Value() => ByteString.CopyFromUtf8(_random.Next(6) switch
    {
        0 => string.Empty,
        1 => new string('v', _random.Next(120)),
        _ => $"v{_random.Next(12)}",
    });

    internal long Lease() => OneIn(4) ? _leases.Existing() : OneIn(40) ? LeaseGenerator.Never : 0;

    private CompactionRequest Compact()
    {
        // Mostly slightly older than the current revision, so that history stays long enough to read; sometimes rejected.
        var revision = _random.Next(6) switch
        {
            0 => Revision(),
            1 => CurrentRevision,
            _ => CurrentRevision - _random.Next(30, 90),
        };
        return new CompactionRequest { Revision = revision, Physical = OneIn(2) };
    }

    private long Bound() => OneIn(2) ? 0 : Math.Max(0, CurrentRevision - _random.Next(120));

    private bool OneIn(int times) => _random.Next(times) == 0;
}
