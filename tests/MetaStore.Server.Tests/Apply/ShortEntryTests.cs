using MetaStore.Batching.Entries;
using MetaStore.Raft.Messages;
using MetaStore.Server.Apply;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Tests.Apply;

/// <summary>Entries that cannot be read are not short: the component's own thread applies them, and reports them. The others are in <see cref="ApplyLoopTests"/>.</summary>
public sealed class ShortEntryTests
{
    [Theory]
    [InlineData("")]
    [InlineData("40")]
    [InlineData("4001")]
    [InlineData("400103000041")]
    [InlineData("FF01")]
    public void CommandThatCannotBeRead_IsNotShort(string command)
    {
        Assert.False(ShortCommands.IsShort(Convert.FromHexString(command)));
        Assert.False(ShortEntry.IsShort(Of(BatchCodec.Encode(9, 1, [Convert.FromHexString(command)]))));
    }

    [Theory]
    [InlineData("50")]
    [InlineData("5001")]
    [InlineData("B5")]
    [InlineData("B501")]
    [InlineData("B501000000000000000000")]
    public void EntryThatIsCutOff_IsNotShort(string data) => Assert.False(ShortEntry.IsShort(Of(Convert.FromHexString(data))));

    private static Entry Of(ReadOnlyMemory<byte> data) => new(1, 1, EntryType.Normal, data);
}
