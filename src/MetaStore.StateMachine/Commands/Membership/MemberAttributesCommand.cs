using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Membership;

/// <summary>A started member publishes its name and client URLs.</summary>
public readonly struct MemberAttributesCommand : IMemberCommand
{
    /// <summary>The member.</summary>
    public ulong Id { get; init; }

    /// <summary>Human name.</summary>
    public required string Name { get; init; }

    /// <summary>URLs for clients.</summary>
    public required IReadOnlyList<string> ClientUrls { get; init; }

    /// <inheritdoc/>
    public int Size
        => CommandFormat.HeaderSize + CommandFormat.VarintSize(Id) + CommandWriter.TextSize(Name) + CommandWriter.TextsSize(ClientUrls);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.MemberAttributes);
        writer.Varint(Id);
        writer.Text(Name);
        writer.Texts(ClientUrls);
    }

    internal static MemberAttributesCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.MemberAttributes);
        var command = new MemberAttributesCommand { Id = reader.Varint(), Name = reader.Text(), ClientUrls = reader.Texts() };
        reader.End();
        return command;
    }
}
