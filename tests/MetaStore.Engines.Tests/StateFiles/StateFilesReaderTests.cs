using System.Buffers.Binary;
using System.Text;
using MetaStore.Engines.RocksDb.Files;
using MetaStore.Engines.StateFiles;
using MetaStore.IO;

namespace MetaStore.Engines.Tests.StateFiles;

/// <summary>Hostile streams with valid checksums.</summary>
public sealed class StateFilesReaderTests
{
    private static readonly StateFilesFormat Own = new("rocksdb", 1, new Version(7, 8, 3));

    [Theory]
    [InlineData("CURRENT")]
    [InlineData("MANIFEST-000004")]
    [InlineData("000012.sst")]
    [InlineData("1000012.sst")]
    public void Name_OfTheEngine_IsTaken(string name) => Assert.True(DatabaseFileNames.Instance.IsName(name));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../CURRENT")]
    [InlineData("/etc/passwd")]
    [InlineData("a/000012.sst")]
    [InlineData("..\\000012.sst")]
    [InlineData("000012.sst/..")]
    [InlineData("000012.SST")]
    [InlineData("00012.sst")]
    [InlineData("00001a.sst")]
    [InlineData("000012.log")]
    [InlineData("000012.sst ")]
    [InlineData("000012.sst\0x")]
    [InlineData("CURRENT.tmp")]
    [InlineData("current")]
    [InlineData("MANIFEST-")]
    [InlineData("MANIFEST-../../x")]
    [InlineData("IDENTITY")]
    [InlineData("LOCK")]
    [InlineData("OPTIONS-000005")]
    [InlineData("٠٠٠٠١٢.sst")]
    public void Name_OfAnythingElse_IsRefusedBeforeAFileIsBegun(string name)
    {
        var target = new Taken();
        var refused = Assert.Throws<EngineException>(() => Read(Stream(Own, ("CURRENT", "x"), (name, "y")), target));
        Assert.Contains("no name of the engine's", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["CURRENT=x"], target.Files);
    }

    [Fact]
    public void Read_WholeStream_GivesEveryFile()
    {
        var target = new Taken();
        Read(Stream(Own, ("000012.sst", "table"), ("MANIFEST-000004", ""), ("CURRENT", "MANIFEST-000004\n")), target);
        Assert.Equal(["000012.sst=table", "MANIFEST-000004=", "CURRENT=MANIFEST-000004\n"], target.Files);
    }

    [Fact]
    public void Read_SameNameTwice_IsRefused() => RefusedWith("two files CURRENT", Stream(Own, ("CURRENT", "x"), ("CURRENT", "y")));

    [Fact]
    public void Read_WithoutCurrent_IsRefused() => RefusedWith("files are missing", Stream(Own, ("MANIFEST-000004", ""), ("000012.sst", "t")));

    [Fact]
    public void Read_WithoutManifest_IsRefused() => RefusedWith("files are missing", Stream(Own, ("CURRENT", "MANIFEST-000004\n")));

    [Theory]
    [InlineData("rocksdb", 1, "7.9.0")]
    [InlineData("rocksdb", 2, "7.8.3")]
    [InlineData("leveldb", 1, "1.0.0")]
    public void Read_FormatThatIsNotRead_IsRefusedBeforeAFileIsBegun(string engine, int layout, string library)
    {
        var target = new Taken();
        var format = new StateFilesFormat(engine, layout, Version.Parse(library));
        var refused = Assert.Throws<EngineException>(() => Read(Stream(format, ("CURRENT", "x")), target));
        Assert.Equal(EngineFault.WrongEngine, refused.Fault);
        Assert.Contains(format.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Empty(target.Files);
    }

    [Fact]
    public void Read_NegativeLength_IsRefused()
    {
        var head = StateFilesWriter.Head("CURRENT", -1, 0);
        RefusedWith("claims -1 bytes", [.. StateFilesWriter.Header(Own, 1), .. head]);
    }

    [Fact]
    public void Read_CountOfFilesAboveTheLimit_IsRefused() => RefusedWith("it claims to be", StateFilesWriter.Header(Own, int.MaxValue));

    [Theory]
    [InlineData("rocksdb/1 7.8.3", true)]
    [InlineData("rocksdb/1 10.0.0", true)]
    [InlineData("rocksdb/1 7.8", false)]
    [InlineData("rocksdb/1 7.8.3.1", false)]
    [InlineData("rocksdb 7.8.3", false)]
    [InlineData("Rocksdb/1 7.8.3", false)]
    [InlineData("rocksdb/1 7.8.3\n", false)]
    [InlineData("rocksdb/99999 7.8.3", false)]
    [InlineData("", false)]
    public void Format_AsText_IsReadOnlyWhenExact(string text, bool isGood)
    {
        Assert.Equal(isGood, StateFilesFormat.TryParse(text, out var format));
        Assert.Equal(isGood ? text : null, format?.ToString());
    }

    [Theory]
    [InlineData("rocksdb/1 7.8.3", true)]
    [InlineData("rocksdb/1 7.7.9", true)]
    [InlineData("rocksdb/1 7.8.4", false)]
    [InlineData("rocksdb/1 8.0.0", false)]
    [InlineData("rocksdb/2 7.8.3", false)]
    [InlineData("memory/1 7.8.3", false)]
    public void Format_OfANewerLibrary_IsNotRead(string text, bool isRead)
    {
        Assert.True(StateFilesFormat.TryParse(text, out var other));
        Assert.Equal(isRead, Own.Reads(other));
    }

    private static void RefusedWith(string why, byte[] stream) =>
        Assert.Contains(why, Assert.Throws<EngineException>(() => Read(stream, null)).Message, StringComparison.Ordinal);

    private static void Read(byte[] stream, IStateFilesTarget? target) =>
        StateFilesReader.Read(new MemoryStream(stream), Own, DatabaseFileNames.Instance, target, CancellationToken.None);

    /// <summary>Streams that a peer could send with valid checksums.</summary>
    private static byte[] Stream(StateFilesFormat format, params (string Name, string Content)[] files)
    {
        var stream = new MemoryStream();
        stream.Write(StateFilesWriter.Header(format, files.Length));
        Span<byte> number = stackalloc byte[StateFilesLayout.TrailerBytes];
        for (var i = 0; i < files.Length; i++)
        {
            var content = Encoding.ASCII.GetBytes(files[i].Content);
            stream.Write(StateFilesWriter.Head(files[i].Name, content.Length, i));
            stream.Write(content);
            BinaryPrimitives.WriteUInt32LittleEndian(number, Crc32C.Compute(content));
            stream.Write(number[..4]);
        }

        BinaryPrimitives.WriteInt64LittleEndian(number, files.Sum(file => (long)file.Content.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(number[8..], Crc32C.Compute(number[..8]));
        stream.Write(number);
        return stream.ToArray();
    }

    private sealed class Taken : IStateFilesTarget
    {
        private readonly StringBuilder _content = new();

        public List<string> Files { get; } = [];

        public void Begin(string name) => _content.Append(name).Append('=');

        public void Write(ReadOnlySpan<byte> piece) => _content.Append(Encoding.ASCII.GetString(piece));

        public void End()
        {
            Files.Add(_content.ToString());
            _content.Clear();
        }
    }
}
