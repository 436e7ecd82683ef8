using MetaStore.Robustness.Native;

namespace MetaStore.Robustness.Cluster;

/// <summary>Wall clocks of the members, which can be set at any time; monotonic clocks are not changed.</summary>
/// <remarks>A preloaded library that wraps the C library's functions, built at the start of the run. Needs a C compiler.</remarks>
internal sealed class WallClocks
{
    private readonly string _folder;
    private readonly string _library;

    private WallClocks(string folder, string library) => (_folder, _library) = (folder, library);

    /// <summary>Builds the library; null without a C compiler.</summary>
    public static WallClocks? TryMake(string folder)
    {
        string library = Path.Combine(folder, "clock.so");
        string source = Path.Combine(AppContext.BaseDirectory, "Faults", "clock.c");
        try
        {
            return Tool.TryRun("gcc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl").Code == 0 ? new WallClocks(folder, library) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Environment variables for a member's process.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentOf(FaultNode node)
    {
        if (!File.Exists(PathOf(node)))
        {
            Set(node, TimeSpan.Zero);
        }

        return new Dictionary<string, string> { ["LD_PRELOAD"] = _library, ["METAFAULT_CLOCK"] = PathOf(node) };
    }

    /// <summary>Sets the offset of a member's wall clock from the true time.</summary>
    public void Set(FaultNode node, TimeSpan offset)
    {
        using FileStream file = File.Open(PathOf(node), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(BitConverter.GetBytes((long)offset.TotalSeconds));
    }

    private string PathOf(FaultNode node) => Path.Combine(_folder, node.Name + ".clock");
}
