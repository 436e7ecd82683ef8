using MetaStore.Engines.RocksDb;
using MetaStore.Engines.Tests.Conformance;

namespace MetaStore.Engines.Tests.RocksDb;

/// <summary>A crash while another member's files are taken over, at every step of it: what is there then is the old state or the new one.</summary>
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

        // Each file is a head, its bytes and a sum, with a header and a trailer around.
        Assert.True(_images > 10, $"only {_images} steps were seen");
    }

    private void IsOld() => Assert.Equal("old", StateAfterACrash());

    /// <summary>Opens what a crash right now would leave: the files as they are, without the process.</summary>
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

            // Three tables including that of the image: with four or more the library would merge them while an image is copied.
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

    /// <summary>Stops before every read: each comes after a step of the reader.</summary>
    private sealed class Steps(byte[] content, Action before) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer)
        {
            before();
            return base.Read(buffer);
        }
    }
}
