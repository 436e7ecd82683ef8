using System.Text;
using MetaStore.Simulation.Kernel;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Simulation.Clients;

/// <summary>Random calls: few keys, so that calls conflict; unique values, so that writes can be distinguished.</summary>
internal sealed class Workload(SimCluster cluster, SimRandom random)
{
    private static readonly byte[] AllKeys = [0];

    private long _values;

    public ClientCall Next() => random.Next(100) switch
    {
        < 35 => new ClientCall(Put(), default, false),
        < 42 => new ClientCall(Delete(), default, false),
        < 55 => new ClientCall(Txn(), default, false),
        < 58 => new ClientCall(new CompactCommand { Revision = Math.Max(1, cluster.HighestRevision - random.Next(20)) }, default, false),
        < 85 => new ClientCall(null, Range(), false),
        _ => new ClientCall(null, Range(), true),
    };

    public PutCommand Put() => new() { Key = Key(), Value = Value(string.Empty), PrevKv = random.Chance(0.3) };

    /// <summary>A put of the caller's key, on a lease or, with 0, without.</summary>
    public PutCommand Put(byte[] key, long lease) => new() { Key = key, Value = Value(string.Empty), Lease = lease, PrevKv = true };

    /// <summary>Puts a key on a lease if it does not exist, and else reads it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="lease">A lease, which may have ended.</param>
    /// <param name="before">A key that the same transaction puts first, without a lease; null = none.</param>
    public TxnCommand PutNew(byte[] key, long lease, byte[]? before = null)
    {
        string tag = NextValue();
        TxnOp put = TxnOp.Of(Put(key, tag + "/a") with { Lease = lease });
        return new TxnCommand
        {
            Compares = [new TxnCompare { Key = key, Target = CompareTarget.Create, Result = CompareResult.Equal, Number = 0 }],
            Success = before is null || before.AsSpan().SequenceEqual(key) ? [put] : [TxnOp.Of(Put(before, tag + "/b")), put],
            Failure = [TxnOp.Of(new RangeQuery { Key = key })],
        };
    }

    private TxnCommand Txn()
    {
        byte[] key = Key();
        string tag = NextValue();
        var compare = new TxnCompare
        {
            Key = key,
            Target = random.Pick([CompareTarget.Mod, CompareTarget.Create, CompareTarget.Version]),
            Result = random.Pick([CompareResult.Equal, CompareResult.Greater, CompareResult.Less, CompareResult.NotEqual]),
            Number = random.Chance(0.4) ? 0 : Math.Max(0, cluster.HighestRevision - random.Next(10)),
        };
        return new TxnCommand
        {
            Compares = [compare],
            Success = [TxnOp.Of(Put(key, tag + "/a")), TxnOp.Of(new RangeQuery { Key = Key(), RangeEnd = AllKeys })],
            Failure = random.Chance(0.5)
                ? [TxnOp.Of(new RangeQuery { Key = key }), TxnOp.Of(Put(Key(), tag + "/b"))]
                : [TxnOp.Of(new DeleteRangeCommand { Key = KeyBut(key), PrevKv = true }), TxnOp.Of(Put(key, tag + "/b"))],
        };
    }

    private DeleteRangeCommand Delete() => new()
    {
        Key = Key(),
        RangeEnd = random.Chance(0.15) ? AllKeys : default,
        PrevKv = random.Chance(0.5),
    };

    private RangeQuery Range() => new()
    {
        Key = Key(),
        RangeEnd = random.Chance(0.3) ? AllKeys : default,
        Revision = random.Chance(0.1) ? Math.Max(1, cluster.HighestRevision - random.Next(30)) : 0,
    };

    private byte[] Key() => Encoding.Latin1.GetBytes($"k{random.Next(cluster.Swarm.Keys)}");

    // The product rejects transactions that put what they delete.
    private byte[] KeyBut(byte[] taken) => Key() is var key && key.AsSpan().SequenceEqual(taken) ? "k"u8.ToArray() : key;

    private byte[] Value(string ending) => Encoding.Latin1.GetBytes(NextValue() + ending);

    // Some values are larger than a sector, so that frames span several.
    private string NextValue() => $"v{++_values}" + (random.Chance(0.1) ? new string('x', random.Between(100, 3000)) : string.Empty);

    private static PutCommand Put(byte[] key, string value) => new() { Key = key, Value = Encoding.Latin1.GetBytes(value) };
}
