namespace MetaStore.LoadGen.Load;

/// <summary>Chooses what the next call does. One per loop: templates are patched in place.</summary>
internal sealed class Workload
{
    private readonly WorkloadKind _kind;
    private readonly RequestTemplate _write;
    private readonly RequestTemplate _read;
    private readonly ulong _readsOf2To32;
    private readonly long _keys;
    private readonly bool _sequential;
    private ulong _random;
    private long _next;

    /// <summary>Makes a workload.</summary>
    /// <param name="options">Of the run.</param>
    /// <param name="loop">Number of the loop, so that loops differ and runs do not.</param>
    public Workload(LoadOptions options, int loop)
    {
        _kind = options.Workload;
        _keys = options.Keys;
        _sequential = options.SequentialKeys;
        _random = ((ulong)options.Seed + 1) * 0x9E37_79B9_7F4A_7C15UL ^ (((ulong)loop + 1) << 32);
        _next = loop * (options.Keys / Math.Max(1, options.Threads));
        byte[] value = new byte[options.ValueBytes];
        new Random(options.Seed).NextBytes(value);
        for (int i = 0; i < value.Length; i++)
        {
            // Printable, so that etcdctl can show values, and never the '#' of a key's placeholder.
            value[i] = (byte)('A' + (value[i] % 58));
        }

        _write = _kind switch
        {
            WorkloadKind.Txn => RequestTemplate.Txn(value, options.Puts),
            WorkloadKind.LeaseGrant => RequestTemplate.LeaseGrant(),
            _ => RequestTemplate.Put(value),
        };
        bool serializable = _kind == WorkloadKind.RangeSerializable || (_kind == WorkloadKind.Mixed && options.SerializableReads);
        _read = RequestTemplate.Range(serializable, options.RangeLimit);
        _readsOf2To32 = _kind switch
        {
            WorkloadKind.Range or WorkloadKind.RangeSerializable => 1UL << 32,
            WorkloadKind.Mixed => (ulong)(options.ReadRatio * (1UL << 32)),
            _ => 0,
        };
    }

    /// <summary>The next request.</summary>
    public ReadOnlySpan<byte> Next(out string path)
    {
        ulong random = NextRandom();
        RequestTemplate template = (random & uint.MaxValue) < _readsOf2To32 ? _read : _write;
        path = template.Path;
        if (_sequential)
        {
            _next = _next + 1 >= _keys ? 0 : _next + 1;
            return template.ForKey(_next);
        }

        // The upper half, scaled: no division, and no bias that matters for a load.
        return template.ForKey((long)((random >> 32) * (ulong)_keys >> 32));
    }

    /// <summary>A uniform number above 0 and up to 1.</summary>
    public double NextShare() => ((NextRandom() >> 11) + 1) * (1.0 / (1UL << 53));

    /// <summary>xorshift64*: a fixed seed gives the same calls on every machine.</summary>
    private ulong NextRandom()
    {
        _random ^= _random >> 12;
        _random ^= _random << 25;
        _random ^= _random >> 27;
        return _random * 0x2545_F491_4F6C_DD1DUL;
    }
}
