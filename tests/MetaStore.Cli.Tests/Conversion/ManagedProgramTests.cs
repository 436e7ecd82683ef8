using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Conversion;

/// <summary>
/// A metactl that may not emit code becomes the managed one for <c>engine convert</c>. The native program of a release is tested by <c>make dist-test</c>; here
/// the build's own program takes its place, with a setting of the runtime that makes it the same in this respect.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class ManagedProgramTests : IDisposable
{
    private const string Line = "{ \"$m\" engine convert --data-dir \"$(printf 'with space \\xff')\" --to=rocksdb; echo \"code $?\"; } 2>&1";

    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-managed-").FullName;

    private string Managed => Path.Combine(_folder, "lib", "metastore");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Becomes_TheManagedProgram_WithTheBytesOfTheArguments()
    {
        var metactl = Install();
        Directory.CreateDirectory(Managed);
        var script = Path.Combine(Managed, "metactl");
        await File.WriteAllTextAsync(script, "#!/bin/sh\nprintf '%s\\n' \"$@\" \"$kept\" | od -An -c | tr -d ' \\n'\nexit 73\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal("engine\\nconvert\\n--data-dir\\nwithspace377\\n--to=rocksdb\\nkept\\ncode 73", await RunAsync(metactl));
    }

    [Fact]
    public async Task WithoutIt_OneLineSaysSo()
    {
        var metactl = Install();
        Assert.Equal(
            $"Error: this verb needs the managed metactl, and there is no {Path.Combine(Managed, "metactl")}: run the metactl of an archive or package where it was installed\ncode 1",
            await RunAsync(metactl));
    }

    [Fact]
    public async Task ThatCannotBeRun_IsAnError()
    {
        var metactl = Install();
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Managed).FullName, "metactl"), "");
        Assert.Equal($"Error: {Path.Combine(Managed, "metactl")} cannot be run: Permission denied\ncode 1", await RunAsync(metactl));
    }

    /// <summary>The program in a folder bin that has links to everything else, and the setting.</summary>
    private string Install()
    {
        var bin = Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName;
        foreach (var file in new DirectoryInfo(Path.GetDirectoryName(Programs.Metactl)!).EnumerateFileSystemInfos())
        {
            var here = Path.Combine(bin, file.Name);
            if (file.Name.StartsWith("metactl", StringComparison.Ordinal))
            {
                File.Copy(file.FullName, here);
            }
            else
            {
                File.CreateSymbolicLink(here, file.FullName);
            }
        }

        var settings = Path.Combine(bin, "metactl.runtimeconfig.json");
        var json = JsonNode.Parse(File.ReadAllText(settings))!;
        json["runtimeOptions"]!["configProperties"]!["System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported"] = false;
        File.WriteAllText(settings, json.ToJsonString());
        return Path.Combine(bin, "metactl");
    }

    private static async Task<string> RunAsync(string metactl)
    {
        await using var shell = ServerProcess.Start("bash", ["-c", Line], new Dictionary<string, string> { ["m"] = metactl, ["kept"] = "kept" });
        await shell.WaitForExitAsync(TimeSpan.FromMinutes(1));
        return shell.Output;
    }
}
