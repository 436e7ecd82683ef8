using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Tokens;

/// <summary>Records that a token is in use. Source: ADR 0026.</summary>
public readonly struct TokenTouchCommand : IMemberCommand
{
    /// <summary>Of the token's random part.</summary>
    public TokenDigest Digest { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + TokenDigest.Size;

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.TokenTouch);
        Digest.Write(ref writer);
    }

    internal static TokenTouchCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.TokenTouch);
        var command = new TokenTouchCommand
        {
            Digest = TokenDigest.Read(ref reader),
        };
        reader.End();
        return command;
    }
}
