using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;

namespace MetaStore.Benchmarks.Batching;

/// <summary>What does compressing a batch of 100 puts of 1 KiB cost, and what does it save? Per batch.</summary>
/// <remarks>A payload that does not become smaller is stored uncompressed and read without unpacking: its ratio is 1.</remarks>
[MemoryDiagnoser]
[Config(typeof(Columns))]
public class CompressionBenchmark
{
    private ReadOnlyMemory<byte> _plain;
    private ReadOnlyMemory<byte> _packed;

    [ParamsSource(nameof(Kinds))]
    public string Values { get; set; } = "json";

    [Params(BatchCompression.Gzip, BatchCompression.Snappy, BatchCompression.Lz4, BatchCompression.Zstd)]
    public BatchCompression Compression { get; set; } = BatchCompression.Lz4;

    public static IEnumerable<string> Kinds => Payloads.Kinds;

    [GlobalSetup]
    public void Setup()
    {
        _plain = BatchCodec.Encode(1, 1, Payloads.Commands(Values));
        _packed = Pack();
    }

    [Benchmark]
    public ReadOnlyMemory<byte> Pack() => BatchCodec.Compress(_plain, Compression, compressionMinBytes: 0);

    [Benchmark]
    public int Unpack() => WrappedPuts.ReadEntry(_packed);

    internal Action Prepared()
    {
        Setup();
        return () => Pack();
    }

    private static double Ratio(string values, BatchCompression compression)
    {
        var suite = new CompressionBenchmark { Values = values, Compression = compression };
        suite.Setup();
        return (double)suite._plain.Length / suite._packed.Length;
    }

    private sealed class Columns : ManualConfig
    {
        public Columns() => AddColumn(new FigureColumn(
            "ratio",
            "Bytes of the plain entry to bytes of the compressed one",
            row => $"{Ratio((string)row.Parameters[nameof(Values)], (BatchCompression)row.Parameters[nameof(Compression)]):0.00}"));
    }
}
