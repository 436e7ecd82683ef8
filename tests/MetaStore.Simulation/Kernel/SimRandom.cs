using System.Numerics;

namespace MetaStore.Simulation.Kernel;

/// <summary>The only source of randomness: xoshiro256**, so that a seed means the same on every machine and runtime version.</summary>
/// <remarks>Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators" (2018); seeded by SplitMix64.</remarks>
internal sealed class SimRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    public SimRandom(ulong seed)
    {
        _a = Split(ref seed);
        _b = Split(ref seed);
        _c = Split(ref seed);
        _d = Split(ref seed);
    }

    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A number in [0, <paramref name="end"/>).</summary>
    public int Next(int end) => (int)(((NextUInt64() >> 32) * (ulong)end) >> 32);

    /// <summary>A number in [<paramref name="low"/>, <paramref name="high"/>].</summary>
    public int Between(int low, int high) => low + Next(high - low + 1);

    /// <summary>A number in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => NextDouble() < probability;

    public T Pick<T>(IReadOnlyList<T> from) => from[Next(from.Count)];

    /// <summary>An exponentially distributed virtual time with that mean, at most twenty times the mean.</summary>
    public long Exponential(long mean) => (long)Math.Min(-Math.Log(1 - NextDouble()) * mean, 20.0 * mean);

    /// <summary>A log-uniformly distributed number between the bounds.</summary>
    public double LogBetween(double low, double high) => low * Math.Pow(high / low, NextDouble());

    /// <summary>A separate generator, so that its use does not shift the numbers of others.</summary>
    public SimRandom Fork() => new(NextUInt64());

    private static ulong Split(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
