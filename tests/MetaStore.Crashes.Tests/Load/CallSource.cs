namespace MetaStore.Crashes.Tests.Load;

/// <summary>Generates seeded calls on few keys, so that calls conflict.</summary>
/// <param name="random">Used by one writer only.</param>
/// <param name="writer">The writer's name, part of every value, which makes values unique.</param>
internal sealed class CallSource(Random random, string writer)
{
    private const int Keys = 60;
    private const int ValueBytesMax = 3000;
    private readonly List<long> _leases = [];
    private int _number;

    /// <summary>The next call.</summary>
    public CrashCall Next() => random.Next(100) switch
    {
        < 62 => new KvCall(null, [Put()], []),
        < 74 => new KvCall(null, [new Change(Key())], []),
        < 77 => Range(),
        < 92 => Txn(),
        < 97 => new GrantCall(random.NextInt64(1, long.MaxValue)),
        _ when _leases.Count > 0 => new RevokeCall(TakeLease()),
        _ => new KvCall(null, [Put()], []),
    };

    /// <summary>Records a response, so that later calls may use its lease.</summary>
    public void Learn(CrashCall call)
    {
        if (call is GrantCall { Answered: not null } grant)
        {
            _leases.Add(grant.Id);
        }
    }

    private static string KeyOf(int number) => $"key/{number:d2}";

    private string Key() => KeyOf(random.Next(Keys));

    private Change Put(string? key = null) => new(
        key ?? Key(), $"{writer}-{_number++}|".PadRight(20 + random.Next(ValueBytesMax), (char)('a' + random.Next(26))),
        _leases.Count > 0 && random.Next(4) == 0 ? _leases[random.Next(_leases.Count)] : 0);

    private KvCall Range()
    {
        var from = random.Next(Keys);
        return new KvCall(null, [new Change(KeyOf(from), End: KeyOf(from + 1 + random.Next(4)))], []);
    }

    private KvCall Txn()
    {
        var keys = Enumerable.Range(0, Keys).ToArray();
        random.Shuffle(keys);
        return new KvCall(
            KeyOf(keys[0]),
            [Put(KeyOf(keys[0])), Put(KeyOf(keys[1])), new Change(KeyOf(keys[2]))],
            [new Change(KeyOf(keys[0])), Put(KeyOf(keys[3]))]);
    }

    private long TakeLease()
    {
        var at = random.Next(_leases.Count);
        var lease = _leases[at];
        _leases.RemoveAt(at);
        return lease;
    }
}
