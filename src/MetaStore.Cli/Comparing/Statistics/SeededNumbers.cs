namespace MetaStore.Cli.Comparing.Statistics;

/// <summary>Pseudorandom numbers that are the same for a seed on every machine and .NET version. Not for secrets.</summary>
/// <remarks>SplitMix64. Source: Steele, Lea, Flood, Fast splittable pseudorandom number generators, OOPSLA 2014.</remarks>
internal sealed class SeededNumbers(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        _state += 0x9E37_79B9_7F4A_7C15UL;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EBUL;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A uniform number from 0 to below <paramref name="bound"/>, to one in 2^32.</summary>
    public int Below(int bound) => (int)((Next() >> 32) * (ulong)bound >> 32);

    /// <summary>The same items in random order (Fisher and Yates).</summary>
    public T[] Shuffled<T>(IEnumerable<T> items)
    {
        T[] shuffled = [.. items];
        for (var last = shuffled.Length - 1; last > 0; last--)
        {
            var other = Below(last + 1);
            (shuffled[last], shuffled[other]) = (shuffled[other], shuffled[last]);
        }

        return shuffled;
    }
}
