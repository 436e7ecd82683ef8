using System.Diagnostics;
using System.Security.Cryptography;

namespace MetaStore.Testing.Faults;

/// <summary>The preloaded library of faultshim.c: makes a started program's disk fail, or the program die, at a chosen call.</summary>
/// <remarks>It sees what goes through the C library's names, .NET's runtime and RocksDB alike; needs gcc once to be built.</remarks>
public sealed class FaultShim
{
    private static readonly Lock Building = new();
    private readonly string _folder;

    /// <param name="folder">Where the files are that it talks through; the caller's, and unique to the program that is started.</param>
    public FaultShim(string folder)
    {
        _folder = folder;
        Reset();
    }

    /// <summary>Why it cannot be used here, or null.</summary>
    public static string? Missing => Compiler is null ? "gcc is not installed: faults cannot be injected" : null;

    /// <summary>What was done so far, one line each: call, path, thread, number, action.</summary>
    public IReadOnlyList<string> Fired => File.Exists(LogFile) ? File.ReadAllLines(LogFile) : [];

    private static string? Compiler { get; } = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, "gcc")).FirstOrDefault(File.Exists);

    private string LogFile => Path.Combine(_folder, "faultshim.log");

    private string ArmFile => Path.Combine(_folder, "faultshim.arm");

    /// <summary>The environment of a start without faults.</summary>
    public static IReadOnlyDictionary<string, string> Nothing { get; } = new Dictionary<string, string>();

    /// <summary>The environment to start the program with.</summary>
    /// <param name="rules">What to do where.</param>
    /// <param name="armed">Calls count from the start; otherwise from <see cref="Arm"/> on.</param>
    public IReadOnlyDictionary<string, string> Environment(IReadOnlyList<FaultRule> rules, bool armed)
    {
        var environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = Library(),
            ["FAULTSHIM"] = string.Join(';', rules),
            ["FAULTSHIM_LOG"] = LogFile,
        };
        if (!armed)
        {
            environment["FAULTSHIM_ARM"] = ArmFile;
        }

        return environment;
    }

    /// <summary>Forgets what was done, and is not armed: for the next start of the program.</summary>
    public void Reset()
    {
        File.Delete(LogFile);
        File.Delete(ArmFile);
    }

    /// <summary>From here on calls count.</summary>
    public void Arm() => File.WriteAllText(ArmFile, "");

    /// <summary>Calls count no longer.</summary>
    public void Disarm() => File.Delete(ArmFile);

    /// <summary>Builds the library unless it is there for these sources.</summary>
    private static string Library()
    {
        var source = Path.Combine(Processes.Programs.SourceTree, "tests", "MetaStore.Testing", "Faults", "faultshim.c");
        var version = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(source)).AsSpan(0, 6));
        var target = Path.Combine(Processes.Programs.SourceTree, "artifacts", "faultshim", $"faultshim-{version}.so");
        lock (Building)
        {
            if (File.Exists(target))
            {
                return target;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var temporary = $"{target}.{System.Environment.ProcessId}";
            using var gcc = Process.Start(new ProcessStartInfo(Compiler!, ["-O2", "-fPIC", "-shared", "-o", temporary, source, "-ldl"]) { RedirectStandardError = true })!;
            var errors = gcc.StandardError.ReadToEnd();
            gcc.WaitForExit();
            if (gcc.ExitCode != 0)
            {
                throw new InvalidOperationException($"{source} does not compile:\n{errors}");
            }

            File.Move(temporary, target, overwrite: true);
            return target;
        }
    }
}
