using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Membership;

/// <summary>Removes a member; its id is never accepted again.</summary>
public readonly struct MemberRemoveCommand : IMemberCommand
{
    /// <summary>The member.</summary>
    public ulong Id { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandFormat.VarintSize(Id);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.MemberRemove);
        writer.Varint(Id);
    }

    internal static MemberRemoveCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.MemberRemove);
        var command = new MemberRemoveCommand { Id = reader.Varint() };
        reader.End();
        return command;
    }
}
