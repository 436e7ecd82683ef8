using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Tokens;

/// <summary>Records a token of a user whose password was right. Source: etcd v3 Auth.Authenticate; ADR 0026.</summary>
public readonly struct TokenIssueCommand : IMemberCommand
{
    /// <summary>Of the token's random part.</summary>
    public TokenDigest Digest { get; init; }

    /// <summary>The user; empty for a token of a member.</summary>
    public required string User { get; init; }

    /// <summary>The user's, of the password that was checked. Another one at apply refuses the token.</summary>
    public ulong CredentialRevision { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + TokenDigest.Size + CommandWriter.TextSize(User) + CommandFormat.VarintSize(CredentialRevision);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.TokenIssue);
        Digest.Write(ref writer);
        writer.Text(User);
        writer.Varint(CredentialRevision);
    }

    internal static TokenIssueCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.TokenIssue);
        var command = new TokenIssueCommand
        {
            Digest = TokenDigest.Read(ref reader),
            User = reader.Text(),
            CredentialRevision = reader.Varint(),
        };
        reader.End();
        return command;
    }
}
