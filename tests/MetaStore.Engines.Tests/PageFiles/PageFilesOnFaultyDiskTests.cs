using MetaStore.Engines.Memory;
using MetaStore.Engines.PageFiles;
using MetaStore.IO;

namespace MetaStore.Engines.Tests.PageFiles;

/// <summary>A disk that refuses, and a process that ends, at every step.</summary>
public sealed class PageFilesOnFaultyDiskTests : IDisposable
{
    private const int NoSpace = 28;
    private readonly PagedRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Store_RefusedAtAnyStep_LosesNothing_AndWorksLater()
    {
        _rig.Put(1, 600);
        for (var steps = 0; ; steps++)
        {
            var left = steps;
            _rig.Disk.Before = (_, path) =>
            {
                if (left-- == 0)
                {
                    throw new IOException("No space left on device", NoSpace);
                }
            };
            var isDone = false;
            try
            {
                isDone = _rig.Store();
            }
            catch (IOException)
            {
                _rig.AssertSame($"step {steps}");
            }

            _rig.Disk.Before = null;
            Assert.Empty(Directory.GetFiles(_rig.Folder, "*.tmp"));
            if (isDone)
            {
                Assert.True(steps > 1);
                break;
            }
        }

        _rig.AssertSame();
        PagedRig.AssertSame(_rig.Loaded(_rig.Checkpoint()), [.. _rig.Model]);
    }

    [Fact]
    public void Checkpoint_ProcessEndsAtAnyStep_TheOneBeforeIsWhole()
    {
        _rig.Put(1, 300);
        var before = _rig.Checkpoint();
        var then = _rig.Model.ToArray();
        _rig.Put(301, 600);
        _rig.Delete(1, 250);
        var images = 0;
        _rig.Disk.Before = (_, _) =>
        {
            images++;
            var image = Directory.CreateTempSubdirectory("metastore-image-").FullName;
            try
            {
                foreach (var file in Directory.GetFiles(_rig.Folder))
                {
                    File.Copy(file, Path.Combine(image, Path.GetFileName(file)));
                }

                var after = new MemoryEngine(new PageFolder(PhysicalDisk.Instance, image, _rig.Settings));
                after.LoadPaged(new MemoryStream(before), CancellationToken.None);
                PagedRig.AssertSame(after, then);
            }
            finally
            {
                Directory.Delete(image, recursive: true);
            }
        };
        var second = _rig.Checkpoint();

        // Its snapshot is durable from here on: now the files of the first may go.
        _rig.Engine.DeletePageFiles(_rig.Engine.PageFilesOf(new MemoryStream(before)).ToHashSet());
        _rig.Disk.Before = null;
        Assert.True(images > 10, $"{images} steps");
        PagedRig.AssertSame(_rig.Loaded(second), [.. _rig.Model]);
    }
}
