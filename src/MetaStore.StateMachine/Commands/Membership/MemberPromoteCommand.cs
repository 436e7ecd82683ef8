using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Membership;

/// <summary>Makes a learner a voter. Name and URLs stay: they may have changed since the promotion was proposed.</summary>
public readonly struct MemberPromoteCommand : IMemberCommand
{
    /// <summary>The member.</summary>
    public ulong Id { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandFormat.VarintSize(Id);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.MemberPromote);
        writer.Varint(Id);
    }

    internal static MemberPromoteCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.MemberPromote);
        var command = new MemberPromoteCommand { Id = reader.Varint() };
        reader.End();
        return command;
    }
}
