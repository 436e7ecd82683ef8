using System.Globalization;

namespace MetaStore.StateMachine.Tests.Rig;

/// <summary>Folders for engines with files, deleted when the process exits.</summary>
internal static class EngineFolders
{
    private static readonly Lazy<string> Root = new(Make);
    private static int _count;

    /// <summary>Path of a folder that does not exist yet.</summary>
    public static string Next() => Path.Combine(Root.Value, Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture));

    private static string Make()
    {
        var root = Directory.CreateTempSubdirectory("metastore-engines-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(root, recursive: true);
        return root;
    }
}
