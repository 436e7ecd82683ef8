using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NativeImport;
using RocksDbSharp;

namespace MetaStore.Engines.RocksDb;

/// <summary>Loads the package's native library, and no other.</summary>
/// <remarks>
/// The binding emits a class with a delegate per function when it is first used, which takes about a third of a second of processor time.
/// <see cref="BeginLoading"/> runs that concurrently with the rest of the start. The binding searches the working directory before its own
/// folder, and the paths of the system's loader: any library other than that of this build is refused. Source: ADR 0019.
/// </remarks>
internal static class RocksDbLibrary
{
    private const string Pattern = "librocksdb*.so";

    private static readonly Lazy<string?> Refusal = new(Load);

    /// <summary>Folder of the binding and of the library.</summary>
    private static string Home => Path.GetDirectoryName(typeof(RocksDbSharp.RocksDb).Assembly.Location)!;

    /// <summary>Starts loading on another thread. <see cref="Require"/> throws its errors.</summary>
    internal static void BeginLoading() => ThreadPool.UnsafeQueueUserWorkItem(static _ => _ = Refusal.Value, null);

    /// <summary>Makes the library ready for the first call.</summary>
    /// <exception cref="EngineException">
    /// It cannot be loaded, or another one would be; the message gives the reason in one line.
    /// </exception>
    internal static void Require()
    {
        if (Refusal.Value is { } why)
        {
            throw new EngineException(EngineFault.LibraryMissing, $"the storage engine \"rocksdb\" cannot be used: {why}");
        }
    }

    /// <summary>Files in a working directory that the binding would load before its own.</summary>
    /// <param name="folder">The working directory.</param>
    /// <returns>Empty except in a folder prepared for this.</returns>
    internal static IEnumerable<string> Preferred(string folder) =>
        ((string[])[folder, Path.Combine(folder, "native"), .. Deeper(folder)])
            .Where(Directory.Exists).SelectMany(place => Directory.EnumerateFiles(place, Pattern));

    private static IEnumerable<string> Deeper(string folder)
    {
        var architecture = RuntimeInformation.ProcessArchitecture;
        var name = Importers.GetArchName(architecture);
        return
        [
            Path.Combine(folder, name), Path.Combine(folder, "native", name),
            Path.Combine(folder, "runtimes", $"linux-{architecture.ToString().ToLowerInvariant()}", "native"),
        ];
    }

    private static string? Load()
    {
        try
        {
            var folder = Directory.GetCurrentDirectory();
            if (Preferred(folder).FirstOrDefault(file => !IsOwn(file)) is { } foreign)
            {
                return $"{foreign} in the working directory would be loaded in place of the library that comes with this build; start it in another directory";
            }

            RuntimeHelpers.RunClassConstructor(typeof(Native).TypeHandle);
        }
        catch (TypeInitializationException failed)
        {
            return Reason(failed.InnerException?.Message ?? failed.Message);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return $"the working directory cannot be read: {refused.Message}";
        }

        return IsOwn(Auto.LoadedPath)
            ? null
            : $"{Auto.LoadedPath} was loaded and not the library that comes with this build, which belongs into {Home}";
    }

    private static bool IsOwn(string path) => path.StartsWith(Home + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The binding lists every path it has tried, one per line: the one in its own folder is the relevant one.</summary>
    private static string Reason(string message)
    {
        var lines = message.Split('\n');
        var own = lines.FirstOrDefault(line => line.StartsWith(Path.Combine(Home, "runtimes"), StringComparison.Ordinal) && line.Contains("librocksdb.so:", StringComparison.Ordinal));
        return $"its library cannot be loaded: {own ?? lines[0]}";
    }
}
