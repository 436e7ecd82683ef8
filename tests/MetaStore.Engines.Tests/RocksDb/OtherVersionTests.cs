using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using MetaStore.Engines.RocksDb;
using MetaStore.Engines.Tests.Conformance;

namespace MetaStore.Engines.Tests.RocksDb;

/// <summary>Directories of other RocksDB versions: one of 7.8.3 opens and can be used, one of a newer version is rejected.</summary>
/// <remarks>
/// The fixture was written by the engine on Debian's librocksdb 7.8.3, used by earlier versions: two openings with 500 commits each,
/// deletions, flushes after 251 and 500, and a compaction of the first half. Column families have tables on level 0 and below, compressed with zstd.
/// </remarks>
public sealed class OtherVersionTests : IDisposable
{
    private const int Rounds = 2;
    private const int Commits = 500;
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Open_DirectoryOf78_HoldsEverything()
    {
        Unpack();
        using var engine = Open();

        Assert.Equal(Expected(), engine.Walk(Bucket.Revisions));
        Assert.Equal([$"index={Rounds}/{Commits - 1:d4}"], engine.Walk(Bucket.Meta));
        Assert.Equal(Encoding.ASCII.GetBytes($"{Rounds}/{Commits - 1:d4}"), engine.ReadDurable(Bucket.Meta, "index"u8));
        Assert.Equal(Rounds * Commits / 100, engine.Walk(Bucket.Leases).Length);
        Assert.Equal(Rounds * Commits / 100, engine.Walk(Bucket.Members).Length);
        Assert.Equal([$"enabled={Rounds}"], engine.Walk(Bucket.Auth));
    }

    [Fact]
    public void Open_DirectoryOf78_GoesOn()
    {
        Unpack();
        using (var engine = Open())
        {
            engine.Put(Bucket.Revisions, "3/0000", "new");
            engine.Flush();
            engine.Compact(CancellationToken.None);
        }

        using var again = Open();
        Assert.Equal([.. Expected(), "3/0000=new"], again.Walk(Bucket.Revisions));
        Assert.True(again.FilesFormat!.Library > new Version(7, 8, 3), $"written by {again.FilesFormat}");
    }

    [Fact]
    public void Open_TableOfAFormatToCome_IsRefusedInOneLineThatNamesIt()
    {
        using (var engine = Open())
        {
            engine.Put(Bucket.Revisions, "a", "b");
            engine.Flush();
        }

        var table = Directory.EnumerateFiles(_folder.Path, "*.sst", SearchOption.AllDirectories).First();
        var bytes = File.ReadAllBytes(table);
        bytes[^12] = 99;
        File.WriteAllBytes(table, bytes);

        var error = Assert.Throws<EngineException>(Open);
        Assert.Equal(EngineFault.Damaged, error.Fault);
        Assert.True(error.Message.Contains("format_version", StringComparison.Ordinal), error.Message);
        Assert.Contains(Path.GetFileName(table), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Expected() =>
    [
        .. Enumerable.Range(1, Rounds).SelectMany(round => Enumerable.Range(0, Commits).Where(i => i % 5 != 3)
            .Select(i => $"{round}/{i:d4}=value {round} {i} {new string('x', i)}")),
    ];

    private RocksDbEngine Open() => RocksDbEngine.Open(_folder.Path, new RocksDbSettings());

    private void Unpack()
    {
        using var packed = new GZipStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Fixtures", "engine-7.8.3.tar.gz")), CompressionMode.Decompress);
        TarFile.ExtractToDirectory(packed, _folder.Path, overwriteFiles: false);
    }
}
