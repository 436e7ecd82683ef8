using MetaStore.Engines.RocksDb.Native;

namespace MetaStore.Engines.RocksDb;

/// <summary>Flushes all column families as one cut.</summary>
/// <remarks>
/// The C API of 7.8 flushes one family at a time, which would tear them apart even under atomic flush. Making a checkpoint flushes all of
/// them together, as its documentation says; of the checkpoint itself only hard links come into being, and they are removed again.
/// </remarks>
internal static class DatabaseFlush
{
    /// <summary>Returns when everything committed before the call is durable.</summary>
    /// <exception cref="EngineException">
    /// The disk refused. A full disk (<see cref="EngineFault.DiskFull"/>) that was met by the checkpoint alone has done no harm; one that the
    /// flush itself has met is a background error, of which the watch tells.
    /// </exception>
    internal static void Run(DatabaseHandle database, string scratch)
    {
        Generations.TryDelete(scratch);
        try
        {
            Checkpoint(database, scratch, error => NativeError.ThrowOn(error, "flush", database.Path));
        }
        catch (EngineException failed) when (failed.Fault != EngineFault.DiskFull || BackgroundErrors.Count(database) > 0)
        {
            database.Fail(failed);
            throw;
        }
        finally
        {
            Generations.TryDelete(scratch);
        }
    }

    /// <summary>Makes a folder that can be opened as a database of its own: hard links to the files of this moment.</summary>
    /// <param name="database">The caller holds a reference.</param>
    /// <param name="folder">Does not exist yet; on the same file system.</param>
    /// <param name="throwOn">Throws when it is given an error, which may be one of the flush or of the links.</param>
    internal static void Checkpoint(DatabaseHandle database, string folder, Action<nint> throwOn)
    {
        var checkpoint = NativeDatabase.CreateCheckpointObject(database.Pointer, out var error);
        throwOn(error);
        NativeDatabase.CreateCheckpoint(checkpoint, folder, logBytesForFlush: 0, out error);
        NativeDatabase.DestroyCheckpointObject(checkpoint);
        throwOn(error);
    }
}
