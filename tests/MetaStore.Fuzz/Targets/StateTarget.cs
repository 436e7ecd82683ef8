using MetaStore.Engines;
using MetaStore.Engines.Checkpoints;
using MetaStore.Engines.Memory;
using MetaStore.Fuzz.Inputs;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Fuzz.Targets;

/// <summary>
/// The state in a snapshot or a backup, as another member sends it: when the first byte is even a checkpoint, otherwise its entries, from which a whole one is written and
/// installed. What is accepted must be readable.
/// </summary>
internal static class StateTarget
{
    public static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        try
        {
            if (input[0] % 2 == 0)
            {
                byte[] checkpoint = input[1..];
                Checksums.OfCheckpoint(checkpoint);
                using var engine = new MemoryEngine();
                engine.Load(new MemoryStream(checkpoint), CancellationToken.None);
                return;
            }

            using var stream = new MemoryStream();
            var writer = new CheckpointWriter(stream);
            foreach (InputEntry entry in InputEntry.Read(input.AsSpan(1), Enum.GetValues<Bucket>().Length))
            {
                writer.Add((Bucket)entry.Bucket, entry.Key, entry.Value, CancellationToken.None);
            }

            writer.Complete();
            Install(stream);
        }
        catch (EngineException)
        {
            // Refused.
        }
    }

    public static IEnumerable<byte[]> Seeds()
    {
        using MemoryEngine engine = SeedState.Create();
        using IReadView view = engine.OpenView();
        using var checkpoint = new MemoryStream();
        engine.WriteCheckpoint(view, checkpoint, CancellationToken.None);
        checkpoint.Position = 0;
        List<byte> entries = [1];
        CheckpointReader.Read(checkpoint, (bucket, key, value) => entries.AddRange(new InputEntry((int)bucket, key.ToArray(), value.ToArray()).ToBytes()), CancellationToken.None);
        return [[0, .. checkpoint.ToArray()], [.. entries]];
    }

    /// <summary>Installs a checkpoint and reads everything of it.</summary>
    internal static void Install(MemoryStream checkpoint)
    {
        using var engine = new MemoryEngine();
        var machine = new ReplicatedStateMachine(engine);
        checkpoint.Position = 0;
        machine.InstallCheckpoint(checkpoint, CancellationToken.None);
        using ReadTxn read = machine.Reader.OpenRead();
        _ = read.HashKv(0);
        _ = read.Range(new RangeQuery { Key = new byte[] { 0 }, RangeEnd = new byte[] { 0 } });
    }
}
