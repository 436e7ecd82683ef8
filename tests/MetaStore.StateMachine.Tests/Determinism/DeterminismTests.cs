using MetaStore.Engines.Memory;
using MetaStore.StateMachine.Tests.Model;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Determinism;

/// <summary>The same commands result in the same bytes, regardless of grouping, restarts, engine and speed of compaction.</summary>
public abstract class DeterminismTests(string engine)
{
    [SkippableFact]
    public void Replicas_SameCommands_EqualBytesAndHashes()
    {
        for (var seed = 1; seed <= EngineShare.Seeds(engine, 20); seed++)
        {
            var first = Run(seed, publishEvery: 1, restartEvery: int.MaxValue);
            var second = Run(seed, publishEvery: 7, restartEvery: int.MaxValue);
            var third = Run(seed, publishEvery: 3, restartEvery: 60);
            Assert.Equal(first.Engine.Dump(), second.Engine.Dump());
            Assert.Equal(first.Engine.Dump(), third.Engine.Dump());
            Assert.Equal(first.Hash(), second.Hash());
            second.CompactPhysically(3);
            Assert.Equal(first.Hash().Hash, second.Hash().Hash);
            Assert.Equal(first.Hash().Hash, Memory(seed));
        }
    }

    private StoreRig Run(int seed, int publishEvery, int restartEvery)
    {
        var rig = new StoreRig(engine);
        for (var i = 1; i <= 240; i++)
        {
            rig.ApplyUnpublishedAny(Command(seed, i));
            if (i % publishEvery == 0 || i == 240)
            {
                rig.Machine.Publish();
            }

            if (i % restartEvery == 0)
            {
                rig.Machine.Publish();
                rig = new StoreRig(rig.Engine.Copy());
            }
        }

        return rig;
    }

    private static uint Memory(int seed)
    {
        using var engine = new MemoryEngine();
        var machine = new ReplicatedStateMachine(engine);
        for (var i = 1; i <= 240; i++)
        {
            machine.BeginEntry((ulong)i, 1);
            machine.Apply(Command(seed, i));
            machine.EndEntry();
        }

        machine.Publish();
        using var read = machine.Reader.OpenRead();
        return read.HashKv(0).Hash;
    }

    /// <summary>The i-th command of a history, generated without reading a store.</summary>
    private static byte[] Command(int seed, int i)
    {
        var command = new CommandGenerator((seed * 1_000_003) + i).Next(i / 2);
        var bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }
}
