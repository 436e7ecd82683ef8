using BenchmarkDotNet.Attributes;
using MetaStore.Benchmarks.StateMachine;
using MetaStore.Raft.Runtime.Batching;

namespace MetaStore.Benchmarks.Batching;

/// <summary>What does it cost to decode a batch of 256 commands?</summary>
[MemoryDiagnoser]
public class ProposalCodecBenchmark
{
    private ReadOnlyMemory<byte> _entry;

    [GlobalSetup]
    public void Setup()
    {
        var commands = Enumerable.Range(0, 256).Select(number => (ReadOnlyMemory<byte>)PutProposal.Encoded(number)).ToArray();
        _entry = ProposalCodec.Encode(memberId: 1, firstId: 1, commands);
    }

    [Benchmark]
    public int Decode()
    {
        var bytes = 0;
        foreach (var command in ProposalCodec.Decode(_entry))
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
