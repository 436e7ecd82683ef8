using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using MetaStore.Engines.Ordered;

namespace MetaStore.Benchmarks.Engines;

/// <summary>What does an insert into the ordered map cost, ascending and in random order, with a publication every 256?</summary>
[MemoryDiagnoser]
public class OrderedMapBenchmark
{
    private const int Inserts = 100_000;
    private byte[][] _ascending = [];
    private byte[][] _random = [];

    [GlobalSetup]
    public void Setup()
    {
        _ascending = [.. Enumerable.Range(0, Inserts).Select(Key)];
        _random = [.. _ascending];
        new Random(1).Shuffle(_random);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Inserts)]
    public int Ascending() => Fill(_ascending);

    [Benchmark(OperationsPerInvoke = Inserts)]
    public int Random() => Fill(_random);

    private static byte[] Key(int number)
    {
        var key = new byte[17];
        BinaryPrimitives.WriteInt64BigEndian(key, number);
        return key;
    }

    private static int Fill(byte[][] keys)
    {
        var map = new OrderedMap<int>();
        for (var i = 0; i < keys.Length; i++)
        {
            map.Set(keys[i], i);
            if (i % 256 == 255)
            {
                map.Publish();
            }
        }

        return map.Count;
    }
}
