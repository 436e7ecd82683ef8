using MetaStore.Engines.Memory;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Mvcc;

/// <summary>What a version costs in the memory engine beyond its key and value, the key index included.</summary>
[Collection(nameof(Alone))]
public sealed class MemoryPerVersionTests
{
    private const int Versions = 120_000;
    private const int ValueBytes = 100;

    [Theory]
    [InlineData(1, 64)]
    [InlineData(12_000, 64)]
    [InlineData(Versions, 260)]
    public void Puts_ManyVersions_StayWithinTheBytesAllowed(int keys, int bytesAllowed)
    {
        var machine = new ReplicatedStateMachine(new MemoryEngine());
        var value = new byte[ValueBytes];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long content = 0;
        for (var i = 0; i < Versions; i++)
        {
            if (i % 500 == 0)
            {
                machine.BeginEntry(machine.AppliedIndex + 1, 1);
            }

            var key = Bytes.Of($"key/{i % keys:d12}");
            content += key.Length + ValueBytes;
            machine.Apply(CommandFormat.Encode(new PutCommand { Key = key, Value = value }));
            if (i % 500 == 499)
            {
                machine.EndEntry();
                machine.Publish();
            }
        }

        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before - content) / (double)Versions;
        GC.KeepAlive(machine);
        Assert.True(bytes <= bytesAllowed, $"{bytes:f1} bytes per version beyond key and value");
    }

    /// <summary>The size of the whole heap is measured, so no other test may run.</summary>
    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;
}
