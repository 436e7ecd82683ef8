using MetaStore.Testing.Processes;

namespace MetaStore.Packaging.Tests.Released;

/// <summary>The archive of a release for this machine, unpacked, and the two programs of metactl in it. Deleted at the end.</summary>
public sealed class UnpackedRelease : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-release-").FullName;

    /// <summary>The server.</summary>
    public string MetaStore => Path.Combine(_folder, "bin", "metastore");

    /// <summary>metactl without a runtime.</summary>
    public string Native => Path.Combine(_folder, "bin", "metactl");

    /// <summary>metactl with the server's runtime.</summary>
    public string Managed => Path.Combine(_folder, "lib", "metastore", "metactl");

    /// <summary>Skips the test when there is no release, or when it has no native metactl.</summary>
    public void RequireNative()
    {
        ReleasedFiles.Require();
        Skip.If(new FileInfo(Native).LinkTarget is not null, "this release has no native metactl: make dist says why");
    }

    /// <inheritdoc/>
    public Task InitializeAsync() => ReleasedFiles.Folder is null
        ? Task.CompletedTask
        : Dotnet.RunAsync("tar", ["-xzf", ReleasedFiles.Archive, "-C", _folder, "--strip-components=1"]);

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Runs a line of a shell, in which $m is a metactl.</summary>
    /// <param name="metactl">The program.</param>
    /// <param name="line">The line; it runs in <paramref name="folder"/>.</param>
    /// <param name="endpoints">Value of METACTL_ENDPOINTS.</param>
    /// <param name="folder">The working directory.</param>
    /// <returns>What it wrote, errors included, and the exit code as the last line.</returns>
    public static async Task<string> RunAsync(string metactl, string line, string endpoints, string folder)
    {
        var variables = new Dictionary<string, string> { ["m"] = metactl, ["METACTL_ENDPOINTS"] = endpoints, ["METACTL_COMMAND_TIMEOUT"] = "60s", ["DOTNET_ROOT"] = "/nonexistent", ["LC_ALL"] = "C" };
        await using ServerProcess shell = ServerProcess.Start("bash", ["-c", $"cd '{folder}' && {{ {line}\necho \"code $?\"; }} 2>&1"], variables);
        await shell.WaitForExitAsync(Limit);
        return shell.Output;
    }
}
