using MetaStore.Engines;
using MetaStore.Engines.Checkpoints;
using MetaStore.Engines.Memory;
using MetaStore.Fuzz.Inputs;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Mvcc.Hashing;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Fuzz.Targets;

/// <summary>
/// The state in a snapshot or a backup, as another member sends it: when the first byte is even a checkpoint, otherwise its entries, from which a whole one is written and
/// installed. What is accepted must be readable, and is written as a checkpoint that gives the same state.
/// </summary>
internal static class StateTarget
{
    public static bool Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return false;
        }

        using var engine = new MemoryEngine();
        if (input[0] % 2 == 0)
        {
            byte[] bytes = input[1..];
            Checksums.OfCheckpoint(bytes);
            if (!IsRefused(() => engine.Load(new MemoryStream(bytes), CancellationToken.None)))
            {
                CheckWriting(engine);
                return true;
            }

            return false;
        }

        using var checkpoint = new MemoryStream();
        ReplicatedStateMachine? machine = null;
        if (IsRefused(() => machine = Installed(Entries(input, checkpoint), engine)))
        {
            return false;
        }

        _ = CheckReading(machine!);
        return true;
    }

    public static IEnumerable<byte[]> Seeds()
    {
        using MemoryEngine engine = SeedState.Create();
        byte[] checkpoint = Checkpoint(engine);
        List<byte> entries = [1];
        CheckpointReader.Read(
            new MemoryStream(checkpoint), (bucket, key, value) => entries.AddRange(new InputEntry((int)bucket, key.ToArray(), value.ToArray()).ToBytes()), CancellationToken.None);
        return [[0, .. checkpoint], [.. entries]];
    }

    /// <summary>Installs a checkpoint.</summary>
    internal static ReplicatedStateMachine Installed(MemoryStream checkpoint, MemoryEngine engine)
    {
        var machine = new ReplicatedStateMachine(engine);
        checkpoint.Position = 0;
        machine.InstallCheckpoint(checkpoint, CancellationToken.None);
        return machine;
    }

    /// <summary>Reads everything of a state, also after it was installed from a checkpoint of its own.</summary>
    /// <returns>The hash of its keys, and its revision.</returns>
    internal static (uint Hash, long Revision) CheckReading(ReplicatedStateMachine machine)
    {
        (uint Hash, long Revision) read = ReadAll(machine);
        using var engine = new MemoryEngine();
        using var checkpoint = new MemoryStream(Checkpoint(machine.Engine));
        return ReadAll(Installed(checkpoint, engine)) == read ? read : throw new InvalidOperationException("a state is installed from its own checkpoint as another one");
    }

    private static (uint Hash, long Revision) ReadAll(ReplicatedStateMachine machine)
    {
        using ReadTxn read = machine.Reader.OpenRead();
        _ = read.Range(new RangeQuery { Key = new byte[] { 0 }, RangeEnd = new byte[] { 0 } });
        KvHash hash = read.HashKv(0);
        return (hash.Hash, hash.Revision);
    }

    private static void CheckWriting(MemoryEngine engine)
    {
        byte[] written = Checkpoint(engine);
        using var again = new MemoryEngine();
        again.Load(new MemoryStream(written), CancellationToken.None);
        if (!written.AsSpan().SequenceEqual(Checkpoint(again)))
        {
            throw new InvalidOperationException("a checkpoint that was written is loaded as another one");
        }
    }

    private static byte[] Checkpoint(IStorageEngine engine)
    {
        using IReadView view = engine.OpenView();
        using var checkpoint = new MemoryStream();
        engine.WriteCheckpoint(view, checkpoint, CancellationToken.None);
        return checkpoint.ToArray();
    }

    private static MemoryStream Entries(byte[] input, MemoryStream checkpoint)
    {
        var writer = new CheckpointWriter(checkpoint);
        foreach (InputEntry entry in InputEntry.Read(input.AsSpan(1), Enum.GetValues<Bucket>().Length))
        {
            writer.Add((Bucket)entry.Bucket, entry.Key, entry.Value, CancellationToken.None);
        }

        writer.Complete();
        return checkpoint;
    }

    private static bool IsRefused(Action read)
    {
        try
        {
            read();
            return false;
        }
        catch (EngineException)
        {
            return true;
        }
    }
}
