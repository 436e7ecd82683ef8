using System.Runtime;

namespace MetaStore.Server.Hosting.Storage;

/// <summary>Defers garbage collection while a large state is loaded at startup.</summary>
/// <remarks>
/// Everything that loading allocates stays alive, so collections during it mark and move the same objects again and again: a sixth of the time to
/// open three million keys (perf/results). Collections are deferred until loading is done, up to an eighth of the memory; then one full collection
/// runs before any request is served. The memory is that of the loaded state either way.
/// </remarks>
internal static class GcPause
{
    private const long WorthItBytes = 64L << 20;
    private const long LargeObjectBytes = 16L << 20;
    private const int MemoryShare = 8;

    /// <summary>Compressed files with small values become about this many times their size in objects: the index entry of a key is larger than its text.</summary>
    private const int ObjectsPerByte = 4;

    /// <summary>Runs <paramref name="load"/>, with collections deferred if that is worthwhile and possible.</summary>
    /// <param name="bytes">Size of the engine's state.</param>
    /// <param name="load">Allocates what stays alive.</param>
    public static T Hold<T>(long bytes, Func<T> load)
    {
        bool isHeld = TryHold(Math.Min(ObjectsPerByte * bytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryShare));
        try
        {
            return load();
        }
        finally
        {
            if (isHeld)
            {
                LetGo();
            }
        }
    }

    /// <summary>As above, for a load without a result.</summary>
    public static void Hold(long bytes, Action load) => Hold(bytes, () =>
    {
        load();
        return true;
    });

    private static bool TryHold(long bytes)
    {
        if (bytes < WorthItBytes)
        {
            return false;
        }

        try
        {
            return GC.TryStartNoGCRegion(bytes + LargeObjectBytes, LargeObjectBytes);
        }
        catch (Exception refused) when (refused is ArgumentOutOfRangeException or InvalidOperationException)
        {
            // Larger than this runtime allows, or already active elsewhere in the process: loading is only slower.
            return false;
        }
    }

    private static void LetGo()
    {
        try
        {
            if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            {
                GC.EndNoGCRegion();
            }
        }
        catch (InvalidOperationException)
        {
            // The region ended between the two lines, because more memory was needed.
        }

        GC.Collect(0, GCCollectionMode.Forced, blocking: true);
    }
}
