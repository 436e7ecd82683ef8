using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Membership;

/// <summary>Changes the peer URLs of a member. Vote, name and client URLs stay.</summary>
public readonly struct MemberPeerUrlsCommand : IMemberCommand
{
    /// <summary>The member.</summary>
    public ulong Id { get; init; }

    /// <summary>URLs for the other members.</summary>
    public required IReadOnlyList<string> PeerUrls { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandFormat.VarintSize(Id) + CommandWriter.TextsSize(PeerUrls);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.MemberPeerUrls);
        writer.Varint(Id);
        writer.Texts(PeerUrls);
    }

    internal static MemberPeerUrlsCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.MemberPeerUrls);
        var command = new MemberPeerUrlsCommand { Id = reader.Varint(), PeerUrls = reader.Texts() };
        reader.End();
        return command;
    }
}
