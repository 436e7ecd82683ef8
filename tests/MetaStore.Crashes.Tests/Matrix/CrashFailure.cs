namespace MetaStore.Crashes.Tests.Matrix;

/// <summary>The state of a member after a crash is wrong.</summary>
internal sealed class CrashFailure(string message) : Exception(message)
{
    /// <summary>Copies a data directory before it is removed.</summary>
    public static void Keep(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
