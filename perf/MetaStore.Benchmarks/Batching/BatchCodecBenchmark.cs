using BenchmarkDotNet.Attributes;
using MetaStore.Batching.Entries;
using MetaStore.Benchmarks.StateMachine;

namespace MetaStore.Benchmarks.Batching;

/// <summary>What does it cost to decode a batch of 256 commands?</summary>
[MemoryDiagnoser]
public class BatchCodecBenchmark
{
    private ReadOnlyMemory<byte> _entry;

    [GlobalSetup]
    public void Setup()
    {
        var commands = Enumerable.Range(0, 256).Select(number => (ReadOnlyMemory<byte>)PutProposal.Encoded(number)).ToArray();
        _entry = BatchCodec.Encode(memberId: 1, firstId: 1, commands);
    }

    [Benchmark]
    public int Decode()
    {
        var bytes = 0;
        foreach (var command in BatchCodec.Decode(_entry))
        {
            bytes += command.Length;
        }

        return bytes;
    }

    internal Action Prepared()
    {
        Setup();
        return () => Decode();
    }
}
