using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NativeImport;
using RocksDbSharp;

namespace MetaStore.Engines.RocksDb;

/// <summary>Loads the package's native library, and no other one.</summary>
/// <remarks>
/// The binding emits a class with a delegate per function when it is first used, which takes about a third of a second of processor time.
/// <see cref="BeginLoading"/> lets that run beside the rest of the start. It looks for the library in the working directory before its own,
/// and where the system's loader looks: anything but the library of this build is refused. Source: ADR 0019.
/// </remarks>
internal static class RocksDbLibrary
{
    private const string Pattern = "librocksdb*.so";

    private static readonly Lazy<string?> Refusal = new(Load);

    /// <summary>Where the binding lies, and the library with it.</summary>
    private static string Home => Path.GetDirectoryName(typeof(RocksDbSharp.RocksDb).Assembly.Location)!;

    /// <summary>Starts loading on another thread. What goes wrong is what <see cref="Require"/> throws.</summary>
    internal static void BeginLoading() => ThreadPool.UnsafeQueueUserWorkItem(static _ => _ = Refusal.Value, null);

    /// <summary>Makes the library ready for the first call.</summary>
    /// <exception cref="EngineException">It cannot be loaded, or another one would be; one line says why.</exception>
    internal static void Require()
    {
        if (Refusal.Value is { } why)
        {
            throw new EngineException(EngineFault.LibraryMissing, $"the storage engine \"rocksdb\" cannot be used: {why}");
        }
    }

    /// <summary>The files in a working directory that the binding would take before its own.</summary>
    /// <param name="folder">The working directory.</param>
    /// <returns>Empty when there are none, as everywhere but in a folder made to be one.</returns>
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
            return $"the working directory cannot be looked at: {refused.Message}";
        }

        return IsOwn(Auto.LoadedPath)
            ? null
            : $"{Auto.LoadedPath} was loaded and not the library that comes with this build, which belongs into {Home}";
    }

    private static bool IsOwn(string path) => path.StartsWith(Home + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The binding lists every place it has tried, a line each: the one that counts is the own place.</summary>
    private static string Reason(string message)
    {
        var lines = message.Split('\n');
        var own = lines.FirstOrDefault(line => line.StartsWith(Path.Combine(Home, "runtimes"), StringComparison.Ordinal) && line.Contains("librocksdb.so:", StringComparison.Ordinal));
        return $"its library cannot be loaded: {own ?? lines[0]}";
    }
}
