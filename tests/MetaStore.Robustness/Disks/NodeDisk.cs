using MetaStore.Robustness.Native;

namespace MetaStore.Robustness.Disks;

/// <summary>One node's own ext4 file system on a loop device: it can lose power or fill up without affecting other nodes.</summary>
internal sealed class NodeDisk : IDisposable
{
    // FS_IOC_SHUTDOWN with "do not flush the journal": what is not yet on the device is lost.
    private const nuint Shutdown = 0x8004587D;
    private const uint WithoutFlush = 2;

    private readonly string _image;
    private bool _isMounted;

    /// <param name="folder">Folder for the image and the mount point; not on a tmpfs.</param>
    /// <param name="name">Name of the node.</param>
    /// <param name="megabytes">Size; the image is sparse.</param>
    public NodeDisk(string folder, string name, int megabytes)
    {
        _image = System.IO.Path.Combine(folder, name + ".img");
        Path = System.IO.Path.Combine(folder, name);
        Directory.CreateDirectory(Path);
        using (FileStream image = File.Create(_image))
        {
            image.SetLength((long)megabytes << 20);
        }

        Tool.Run("mkfs.ext4", "-q", "-m", "0", "-F", _image);
        Mount();
    }

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    private string FillerPath => System.IO.Path.Combine(Path, "other-data");

    /// <summary>Simulates a power loss: every later call on this file system fails, and what was not synced is lost.</summary>
    public void CutPower()
    {
        int file = Linux.Open(Path, writes: false);
        try
        {
            Linux.Control(file, Shutdown, BitConverter.GetBytes(WithoutFlush));
        }
        finally
        {
            Linux.Close(file);
        }
    }

    /// <summary>Mounts the file system again after a power loss, which replays its journal. No file may be open.</summary>
    public void PowerUp()
    {
        Unmount();
        Mount();
    }

    /// <summary>Fills every free block with other data.</summary>
    public void Fill()
    {
        while (true)
        {
            long left = new DriveInfo(Path).AvailableFreeSpace;
            long size = File.Exists(FillerPath) ? new FileInfo(FillerPath).Length : 0;
            if (left < 4096 || Tool.TryRun("fallocate", "-l", (size + left).ToString(), FillerPath).Code != 0)
            {
                return;
            }
        }
    }

    public void Free() => File.Delete(FillerPath);

    public void Dispose()
    {
        Unmount();
        File.Delete(_image);
    }

    private void Mount()
    {
        Tool.Run("mount", "-o", "loop", _image, Path);
        _isMounted = true;
    }

    private void Unmount()
    {
        if (_isMounted)
        {
            Tool.Run("umount", Path);
            _isMounted = false;
        }
    }
}
