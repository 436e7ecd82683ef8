using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using MetaStore.Benchmarks.StateMachine;

namespace MetaStore.Benchmarks.Batching;

/// <summary>What does it cost to encode puts into one entry and to decode them, by the codec, by protobuf and by JSON? Per batch.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams)]
[CategoriesColumn]
[Config(typeof(Columns))]
public class WrappingBenchmark
{
    private ReadOnlyMemory<byte>[] _commands = [];
    private byte[] _entry = [];
    private byte[] _protobuf = [];
    private byte[] _json = [];

    [Params(10, 100, 1000)]
    public int Puts { get; set; } = 100;

    [GlobalSetup]
    public void Setup()
    {
        _commands = Commands(Puts);
        (_entry, _protobuf, _json) = (WrappedPuts.AsEntry(_commands), WrappedPuts.AsProtobuf(_commands), WrappedPuts.AsJson(_commands));
    }

    [Benchmark(Baseline = true), BenchmarkCategory("encode")]
    public byte[] EncodeCodec() => WrappedPuts.AsEntry(_commands);

    [Benchmark, BenchmarkCategory("encode")]
    public byte[] EncodeProtobuf() => WrappedPuts.AsProtobuf(_commands);

    [Benchmark, BenchmarkCategory("encode")]
    public byte[] EncodeJson() => WrappedPuts.AsJson(_commands);

    [Benchmark(Baseline = true), BenchmarkCategory("decode")]
    public int DecodeCodec() => WrappedPuts.ReadEntry(_entry);

    [Benchmark, BenchmarkCategory("decode")]
    public int DecodeProtobuf() => WrappedPuts.ReadProtobuf(_protobuf);

    [Benchmark, BenchmarkCategory("decode")]
    public int DecodeJson() => WrappedPuts.ReadJson(_json);

    private static ReadOnlyMemory<byte>[] Commands(int puts) =>
        [.. Enumerable.Range(0, puts).Select(number => (ReadOnlyMemory<byte>)PutProposal.Encoded(number))];

    private static int BytesPerPut(BenchmarkCase row)
    {
        var puts = (int)row.Parameters[nameof(Puts)];
        var commands = Commands(puts);
        var method = row.Descriptor.WorkloadMethod.Name;
        var wrapped = method.EndsWith("Json", StringComparison.Ordinal) ? WrappedPuts.AsJson(commands)
            : method.EndsWith("Protobuf", StringComparison.Ordinal) ? WrappedPuts.AsProtobuf(commands)
            : WrappedPuts.AsEntry(commands);
        return wrapped.Length / puts;
    }

    private sealed class Columns : ManualConfig
    {
        public Columns() => AddColumn(new FigureColumn("B/put", "Bytes of the wrapped batch per put; the command alone has 290 or so", row => $"{BytesPerPut(row)}"));
    }
}
