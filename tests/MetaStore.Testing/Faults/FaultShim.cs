using System.Diagnostics;
using System.Security.Cryptography;

namespace MetaStore.Testing.Faults;

/// <summary>The LD_PRELOAD library of faultshim.c: makes I/O calls of a started program fail, or kills it, at a chosen call.</summary>
/// <remarks>It intercepts calls through the C library, from .NET's runtime and from RocksDB. Building it needs gcc.</remarks>
public sealed class FaultShim
{
    private static readonly Lock Building = new();
    private readonly string _folder;

    /// <param name="folder">Folder for the control and log files; owned by the caller and used by one program only.</param>
    public FaultShim(string folder)
    {
        _folder = folder;
        Reset();
    }

    /// <summary>Why it cannot be used on this machine, or null.</summary>
    public static string? Missing => Compiler is null ? "gcc is not installed: faults cannot be injected" : null;

    /// <summary>The faults injected so far, one line each: call, path, thread, number, action.</summary>
    public IReadOnlyList<string> Fired => File.Exists(LogFile) ? File.ReadAllLines(LogFile) : [];

    private static string? Compiler { get; } = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, "gcc")).FirstOrDefault(File.Exists);

    private string LogFile => Path.Combine(_folder, "faultshim.log");

    private string ArmFile => Path.Combine(_folder, "faultshim.arm");

    /// <summary>The environment for a start without faults.</summary>
    public static IReadOnlyDictionary<string, string> Nothing { get; } = new Dictionary<string, string>();

    /// <summary>The environment to start the program with.</summary>
    /// <param name="rules">The faults to inject.</param>
    /// <param name="armed">Whether calls count from the start; otherwise from <see cref="Arm"/> on.</param>
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

    /// <summary>Clears the log and disarms, for the next start of the program.</summary>
    public void Reset()
    {
        File.Delete(LogFile);
        File.Delete(ArmFile);
    }

    /// <summary>Starts counting calls.</summary>
    public void Arm() => File.WriteAllText(ArmFile, "");

    /// <summary>Stops counting calls.</summary>
    public void Disarm() => File.Delete(ArmFile);

    /// <summary>Builds the library unless it is up to date with the sources.</summary>
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
