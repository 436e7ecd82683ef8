using MetaStore.Engines.RocksDb;
using MetaStore.Engines.Tests.Conformance;

namespace MetaStore.Engines.Tests.RocksDb;

/// <summary>A crash at every step of installing another member's files: afterwards the engine has the old state or the new one.</summary>
public sealed class InstallCrashTests : IDisposable
{
    private const int Keys = 400;
    private readonly TemporaryFolder _folder = new();
    private int _images;

    private string Live => Path.Combine(_folder.Path, "live");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadFiles_CrashAtEveryStep_LeavesTheOldStateOrTheNew()
    {
        var files = Files();
        using (var engine = Open(Live))
        {
            engine.Put(Bucket.Meta, "state", "old");
            engine.Flush();
            engine.LoadFiles(new Steps(files, IsOld), _ => IsOld(), CancellationToken.None);
            Assert.Equal("new", StateAfterACrash());
        }

        // Each file has a header, its bytes and a checksum; the stream has a header and a trailer.
        Assert.True(_images > 10, $"only {_images} steps were seen");
    }

    private void IsOld() => Assert.Equal("old", StateAfterACrash());

    /// <summary>Opens the files as a crash at this time would leave them.</summary>
    private string? StateAfterACrash()
    {
        var image = Path.Combine(_folder.Path, $"image-{_images++}");
        foreach (var file in Directory.EnumerateFiles(Live, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(image, Path.GetRelativePath(Live, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        using var engine = Open(image);
        Assert.Equal(engine.Get(Bucket.Meta, "state") == "new" ? Keys : 0, engine.Walk(Bucket.Revisions).Length);
        Assert.Single(Directory.GetDirectories(image));
        return engine.Get(Bucket.Meta, "state");
    }

    private byte[] Files()
    {
        using var source = Open(Path.Combine(_folder.Path, "source"));
        for (var i = 0; i < Keys; i++)
        {
            source.Put(Bucket.Revisions, $"{i:D6}", new string('x', 2000));

            // Three tables including that of the image: with four or more RocksDB would compact them while an image is copied.
            if (i % 200 == 0)
            {
                source.Flush();
            }
        }

        source.Put(Bucket.Meta, "state", "new");
        using var files = source.TakeFiles();
        var stream = new MemoryStream();
        files.WriteTo(stream, CancellationToken.None);
        return stream.ToArray();
    }

    private static RocksDbEngine Open(string path) => RocksDbEngine.Open(path, new RocksDbSettings { Compression = "none" });

    /// <summary>Pauses before every read, that is, after every step of the reader.</summary>
    private sealed class Steps(byte[] content, Action before) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer)
        {
            before();
            return base.Read(buffer);
        }
    }
}
