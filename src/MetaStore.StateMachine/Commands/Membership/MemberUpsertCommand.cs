using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Membership;

namespace MetaStore.StateMachine.Commands.Membership;

/// <summary>Adds a member record or replaces it as a whole.</summary>
public readonly struct MemberUpsertCommand : IMemberCommand
{
    /// <summary>The record.</summary>
    public required MemberRecord Member { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + Member.BodySize;

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.MemberUpsert);
        Member.WriteBody(ref writer);
    }

    internal static MemberUpsertCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.MemberUpsert);
        var command = new MemberUpsertCommand { Member = MemberRecord.ReadBody(ref reader) };
        reader.End();
        return command;
    }
}
