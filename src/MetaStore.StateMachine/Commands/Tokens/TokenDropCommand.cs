using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Tokens;

/// <summary>Drops tokens that were not used for their whole life. Source: ADR 0026.</summary>
public readonly struct TokenDropCommand : IMemberCommand
{
    /// <summary>The tokens, each with the index at which the leader saw it used last: one that was used since stays.</summary>
    public required IReadOnlyList<TokenUse> Tokens { get; init; }

    /// <inheritdoc/>
    public int Size
    {
        get
        {
            var size = CommandFormat.HeaderSize + CommandFormat.VarintSize((ulong)Tokens.Count);
            foreach (var token in Tokens)
            {
                size += TokenDigest.Size + CommandFormat.VarintSize(token.UsedAt);
            }

            return size;
        }
    }

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.TokenDrop);
        writer.Varint((ulong)Tokens.Count);
        foreach (var token in Tokens)
        {
            token.Digest.Write(ref writer);
            writer.Varint(token.UsedAt);
        }
    }

    internal static TokenDropCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.TokenDrop);
        var tokens = new TokenUse[reader.Count()];
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = new TokenUse(TokenDigest.Read(ref reader), reader.Varint());
        }

        reader.End();
        return new TokenDropCommand { Tokens = tokens };
    }
}
