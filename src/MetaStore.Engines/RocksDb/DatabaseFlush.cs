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
    internal static void Run(DatabaseHandle database, string scratch)
    {
        Generations.TryDelete(scratch);
        Checkpoint(database, scratch);
        Generations.TryDelete(scratch);
    }

    /// <summary>Makes a folder that can be opened as a database of its own: hard links to the files of this moment.</summary>
    internal static void Checkpoint(DatabaseHandle database, string folder)
    {
        var checkpoint = NativeDatabase.CreateCheckpointObject(database.Pointer, out var error);
        NativeError.ThrowOn(error, "checkpoint", database);
        NativeDatabase.CreateCheckpoint(checkpoint, folder, logBytesForFlush: 0, out error);
        NativeDatabase.DestroyCheckpointObject(checkpoint);
        NativeError.ThrowOn(error, "flush", database);
    }
}
