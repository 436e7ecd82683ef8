using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using MetaStore.Batching.Admission;
using MetaStore.Batching.Admission.Queueing;

namespace MetaStore.Benchmarks.Batching;

/// <summary>What does admission cost a proposal: acquiring and releasing a credit, while none is scarce?</summary>
[MemoryDiagnoser]
public class AdmissionBenchmark : IDisposable
{
    private const int CommandBytes = 300;

    private readonly ConnectionCredits _busy = new();
    private readonly ConnectionCredits _lone = new();
    private ProposalAdmission? _admission;

    [GlobalSetup]
    public void Setup()
    {
        _admission = new ProposalAdmission(new AdmissionSettings(), TimeProvider.System);
        _admission.TryAcquire(_busy, CommandBytes);
    }

    /// <summary>A connection that has other calls in flight.</summary>
    [Benchmark(Baseline = true)]
    public bool Busy() => TakeAndRelease(_busy);

    /// <summary>A connection with one call at a time: it is added to and removed from the active connections each time.</summary>
    [Benchmark]
    public bool Lone() => TakeAndRelease(_lone);

    [GlobalCleanup]
    public void Dispose()
    {
        _admission?.Dispose();
        GC.SuppressFinalize(this);
    }

    internal Action Prepared()
    {
        Setup();
        return () => Lone();
    }

    private bool TakeAndRelease(ConnectionCredits connection)
    {
        bool taken = _admission!.TryAcquire(connection, CommandBytes);
        _admission.Release(connection, CommandBytes, AdmissionClass.Ordinary, Stopwatch.GetTimestamp());
        return taken;
    }
}
