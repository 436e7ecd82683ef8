using BenchmarkDotNet.Attributes;
using MetaStore.Batching;
using MetaStore.Benchmarks.StateMachine;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Benchmarks.Batching;

/// <summary>What does a put cost when 1, 2, 4 or 8 threads enqueue concurrently? They share the batcher's lock.</summary>
/// <remarks>The time is of all threads together per put: with two cores and no contention, half of that of one thread.</remarks>
[MemoryDiagnoser]
public class ProducersBenchmark : IDisposable
{
    private const int Puts = 80_000;

    private readonly PutCommand _command = PutProposal.Command(1);
    private readonly Barrier _begin = new(1);
    private readonly Barrier _end = new(1);
    private Thread[] _threads = [];
    private ProposalBatcher? _batcher;
    private ApplyingSink? _sink;
    private volatile bool _stopped;

    [Params(1, 2, 4, 8)]
    public int Producers { get; set; } = 2;

    [GlobalSetup]
    public void Setup()
    {
        (_batcher, _sink) = ApplyingSink.Create(Modes.Fixed(100));
        _begin.AddParticipants(Producers);
        _end.AddParticipants(Producers);
        _threads = [.. Enumerable.Range(0, Producers).Select(_ => new Thread(Produce) { IsBackground = true })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    [Benchmark(OperationsPerInvoke = Puts)]
    public long Enqueue()
    {
        _begin.SignalAndWait();
        _end.SignalAndWait();
        return _sink!.Applied;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _stopped = true;
        _begin.SignalAndWait();
        Array.ForEach(_threads, thread => thread.Join());

        // What remains in the buffer after a timeout would be dropped, which the sink reports as an error.
        _batcher?.Drain();
        _batcher?.Dispose();
        _begin.Dispose();
        _end.Dispose();
        GC.SuppressFinalize(this);
    }

    internal Action Prepared()
    {
        Setup();
        return () => Enqueue();
    }

    private void Produce()
    {
        while (true)
        {
            _begin.SignalAndWait();
            if (_stopped)
            {
                return;
            }

            for (var i = 0; i < Puts / Producers; i++)
            {
                _batcher!.Enqueue(_command, _sink!);
            }

            _end.SignalAndWait();
        }
    }
}
