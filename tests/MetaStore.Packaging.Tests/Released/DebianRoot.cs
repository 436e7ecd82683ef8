using MetaStore.Testing.Processes;

namespace MetaStore.Packaging.Tests.Released;

/// <summary>A minimal Debian in a folder, made by debootstrap, in which packages are installed with chroot. Needs root. Deleted at the end.</summary>
/// <remarks>No service manager runs in it: the maintainer scripts see no /run/systemd/system, and the test starts the unit's command itself.</remarks>
internal sealed class DebianRoot : IAsyncDisposable
{
    private const string Needed = "adduser,init-system-helpers,libssl3,libstdc++6";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    private readonly bool _isOurs;
    private bool _isMounted;

    private DebianRoot(string path, bool isOurs) => (Path, _isOurs) = (path, isOurs);

    /// <summary>The folder that is / inside.</summary>
    public string Path { get; }

    /// <summary>Makes it. METASTORE_DEBIAN_ROOT names one that debootstrap has made already; what the test leaves in that stays.</summary>
    public static async Task<DebianRoot> CreateAsync()
    {
        string? given = Environment.GetEnvironmentVariable("METASTORE_DEBIAN_ROOT");
        var root = new DebianRoot(given ?? Directory.CreateTempSubdirectory("metastore-debian-").FullName, isOurs: given is null);
        if (given is null)
        {
            await root.RunOutsideAsync("debootstrap", "--variant=minbase", $"--include={Needed}", "bookworm", root.Path);

            // A temporary folder is its owner's alone, and inside every user has to pass the root.
            await root.RunOutsideAsync("chmod", "755", root.Path);
        }

        await root.RunOutsideAsync("mount", "--bind", "/proc", root.Path + "/proc");
        root._isMounted = true;
        return root;
    }

    /// <summary>Runs a command inside, to its end; what it printed. Another code than 0 fails the test.</summary>
    public Task<string> RunAsync(params string[] command) => RunOutsideAsync("chroot", [Path, .. command]);

    /// <summary>Starts a command inside as a user. The process id is the command's own, since each program replaces itself by the next.</summary>
    public ServerProcess Start(string user, params string[] command) =>
        ServerProcess.Start("chroot", [Path, "setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups", "--no-new-privs", .. command]);

    /// <summary>Copies a file to /tmp inside; its path there.</summary>
    public string Add(string file)
    {
        string inside = "/tmp/" + System.IO.Path.GetFileName(file);
        File.Copy(file, Path + inside, overwrite: true);
        return inside;
    }

    /// <summary>True when a path exists inside.</summary>
    public bool Has(string path) => System.IO.Path.Exists(Path + path);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isMounted)
        {
            await RunOutsideAsync("umount", Path + "/proc");
        }

        if (_isOurs)
        {
            await RunOutsideAsync("rm", "-rf", "--one-file-system", Path);
        }
    }

    private async Task<string> RunOutsideAsync(string program, params string[] arguments)
    {
        await using ServerProcess process = ServerProcess.Start(program, arguments, new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive", ["LC_ALL"] = "C" });
        int code = await process.WaitForExitAsync(Limit);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {code}\n{process.Output}");
        return process.Output;
    }
}
