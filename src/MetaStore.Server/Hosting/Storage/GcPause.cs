using System.Runtime;

namespace MetaStore.Server.Hosting.Storage;

/// <summary>The managed heap while a large state is read at start.</summary>
/// <remarks>
/// Nothing of what loading makes dies, so collecting on the way marks and moves the same objects again and again: a sixth of the time to
/// open three million keys (perf/results). Collections wait until it is done, as far as an eighth of the memory goes; then one looks over
/// everything, before anybody waits for an answer. The memory is that of the loaded state either way.
/// </remarks>
internal static class GcPause
{
    private const long WorthItBytes = 64L << 20;
    private const long LargeObjectBytes = 16L << 20;
    private const int MemoryShare = 8;

    /// <summary>Of compressed files with small values about this many times their bytes become objects: a key's place costs more than its text.</summary>
    private const int ObjectsPerByte = 4;

    /// <summary>Runs <paramref name="load"/>, with the collector held off if that is worth it and can be had.</summary>
    /// <param name="bytes">What the engine holds.</param>
    /// <param name="load">Makes what stays.</param>
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

    /// <summary>As above, for what is kept elsewhere.</summary>
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
            // More than this runtime holds back, or another part of the process has it: loading is only slower.
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
            // It ended by itself between the two lines, because more was needed.
        }

        GC.Collect(0, GCCollectionMode.Forced, blocking: true);
    }
}
