using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Model;

/// <summary>Random commands on few keys and leases, with revisions near the current and compacted ones. Deterministic for a seed.</summary>
internal sealed class CommandGenerator(int seed)
{
    private static readonly string[] KeyPool = ["a", "aa", "ab", "b", "ba", "c", "\u00fe", "\u00ff"];
    private readonly Random _random = new(seed);

    public ICommand Next(long revision) => _random.Next(20) switch
    {
        < 7 => Put(ignores: true),
        < 10 => Delete(),
        < 16 => Txn(revision, depth: 0),
        16 => new CompactCommand { Revision = revision - _random.Next(12) + 2 },
        17 => new LeaseRevokeCommand { Id = _random.Next(-1, 4) },
        _ => new LeaseGrantCommand { Id = _random.Next(4) - 1 is var id and not 0 ? id : 3, Ttl = 5 },
    };

    public bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    public int Below(int bound) => _random.Next(bound);

    public RangeQuery Query(long revision) => new()
    {
        Key = Bytes.Of(Key()),
        RangeEnd = Bytes.Of(End()),
        Revision = Chance(2) ? 0 : revision - _random.Next(10) + 1,
        Limit = Chance(2) ? 0 : _random.Next(5) - 1,
        SortOrder = (SortOrder)_random.Next(3),
        SortTarget = Chance(2) ? SortTarget.Key : (SortTarget)_random.Next(5),
        KeysOnly = Chance(5),
        CountOnly = Chance(8),
        MinModRevision = Bound(revision),
        MaxModRevision = Bound(revision),
        MinCreateRevision = Bound(revision),
        MaxCreateRevision = Bound(revision),
    };

    private long Bound(long revision) => Chance(6) ? Math.Max(0, revision - _random.Next(20)) : 0;

    private string Key() => KeyPool[_random.Next(KeyPool.Length)];

    private string End() => _random.Next(4) switch
    {
        0 or 1 => "",
        2 => "\0",
        _ => Key(),
    };

    private PutCommand Put(bool ignores)
    {
        var ignoreValue = ignores && Chance(8);
        var ignoreLease = ignores && Chance(8);
        return new PutCommand
        {
            Key = Bytes.Of(Key()),
            Value = ignoreValue ? default : Bytes.Of($"{_random.Next(6)}"),
            Lease = ignoreLease || Chance(2) ? 0 : _random.Next(5) - 1,
            PrevKv = Chance(2),
            IgnoreValue = ignoreValue,
            IgnoreLease = ignoreLease,
        };
    }

    private DeleteRangeCommand Delete() => new() { Key = Bytes.Of(Key()), RangeEnd = Bytes.Of(End()), PrevKv = Chance(2) };

    private TxnCommand Txn(long revision, int depth) => new()
    {
        Compares = [.. Enumerable.Range(0, _random.Next(3)).Select(_ => Compare(revision))],
        Success = Operations(revision, depth),
        Failure = Operations(revision, depth),
    };

    private TxnOp[] Operations(long revision, int depth)
        => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => _random.Next(depth < 3 ? 8 : 6) switch
        {
            < 2 => TxnOp.Of(Put(ignores: false)),
            < 4 => TxnOp.Of(Delete()),
            < 6 => TxnOp.Of(Query(Chance(4) ? revision + 1 : revision)),
            _ => TxnOp.Of(Txn(revision, depth + 1)),
        })];

    private TxnCompare Compare(long revision)
    {
        var target = (CompareTarget)_random.Next(5);
        return new TxnCompare
        {
            Target = target,
            Result = (CompareResult)_random.Next(4),
            Key = Bytes.Of(Key()),
            RangeEnd = Bytes.Of(Chance(3) ? End() : ""),
            Number = target switch
            {
                CompareTarget.Version => _random.Next(4),
                CompareTarget.Lease => _random.Next(5) - 1,
                _ => Math.Max(0, revision - _random.Next(8)),
            },
            Value = Bytes.Of($"{_random.Next(6)}"),
        };
    }
}
