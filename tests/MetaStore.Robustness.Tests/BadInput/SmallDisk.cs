using System.Diagnostics;

namespace MetaStore.Robustness.Tests.BadInput;

/// <summary>A tmpfs of limited size: for tests of full disks, not of durability.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    /// <summary>The mount point.</summary>
    public string Path { get; }

    /// <summary>Mounts one; skips the test where mounting is not allowed.</summary>
    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        Skip.IfNot(Environment.UserName == "root", "needs root to mount a small file system");
        var path = Directory.CreateTempSubdirectory("metastore-full-").FullName;
        if (await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path) != 0)
        {
            Directory.Delete(path);
            Skip.If(true, "mounting is not allowed here");
        }

        return new SmallDisk(path);
    }

    /// <summary>Changes the size.</summary>
    public async Task ResizeAsync(int megabytes) => Assert.Equal(0, await RunAsync("mount", "-o", $"remount,size={megabytes}m", Path));

    /// <summary>Fills all free space, as another program might.</summary>
    /// <returns>The file to delete to free it.</returns>
    public string TakeAll()
    {
        var path = System.IO.Path.Combine(Path, "other-data");
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        var bytes = new byte[64 << 10];
        for (var size = bytes.Length; size > 0; size /= 2)
        {
            try
            {
                while (true)
                {
                    RandomAccess.Write(file, bytes.AsSpan(0, size), RandomAccess.GetLength(file));
                }
            }
            catch (IOException)
            {
                // Less is free: try a smaller amount.
            }
        }

        return path;
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Equal(0, await RunAsync("umount", "-l", Path));
        Directory.Delete(Path);
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
