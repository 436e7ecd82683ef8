using MetaStore.Robustness.Native;

namespace MetaStore.Robustness.Cluster;

/// <summary>Wall clocks of the members, which can be set at any time; monotonic clocks stay as they are.</summary>
/// <remarks>A small library in front of the C library's, built where it is used. Without a C compiler clocks cannot be moved.</remarks>
internal sealed class WallClocks
{
    private readonly string _folder;
    private readonly string _library;

    private WallClocks(string folder, string library) => (_folder, _library) = (folder, library);

    /// <summary>Builds the library; null where there is no C compiler.</summary>
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

    /// <summary>What a member's process needs in its environment.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentOf(FaultNode node)
    {
        if (!File.Exists(PathOf(node)))
        {
            Set(node, TimeSpan.Zero);
        }

        return new Dictionary<string, string> { ["LD_PRELOAD"] = _library, ["METAFAULT_CLOCK"] = PathOf(node) };
    }

    /// <summary>Sets a member's wall clock off the true time.</summary>
    public void Set(FaultNode node, TimeSpan offset)
    {
        using FileStream file = File.Open(PathOf(node), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(BitConverter.GetBytes((long)offset.TotalSeconds));
    }

    private string PathOf(FaultNode node) => Path.Combine(_folder, node.Name + ".clock");
}
