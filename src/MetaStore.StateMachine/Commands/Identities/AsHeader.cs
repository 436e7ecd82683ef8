using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Identities;

/// <summary>What stands before the inner command of an <see cref="AsCommand{TCommand}"/>: kind of identity, user, auth revision.</summary>
internal static class AsHeader
{
    internal static int SizeOf(in AuthIdentity identity)
        => CommandFormat.HeaderSize + 1 + CommandWriter.TextSize(identity.User) + CommandFormat.VarintSize(identity.Revision);

    internal static void Write(in AuthIdentity identity, Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.As);
        writer.Byte((byte)identity.Kind);
        writer.Text(identity.User);
        writer.Varint(identity.Revision);
    }

    /// <summary>Reads the identity; the inner command is the rest and is not looked at but for its kind.</summary>
    /// <exception cref="CommandFormatException">Not an As command, or its inner command has no identity.</exception>
    internal static AuthIdentity Read(ReadOnlyMemory<byte> source, out ReadOnlyMemory<byte> inner)
    {
        var reader = new CommandReader(source);
        var kind = Kind(ref reader);
        var identity = new AuthIdentity(kind, reader.Text(), reader.Varint());
        inner = Inner(ref reader);
        return identity;
    }

    /// <summary>The inner command, after the same checks.</summary>
    /// <exception cref="CommandFormatException">As of <see cref="Read"/>.</exception>
    internal static ReadOnlyMemory<byte> InnerOf(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        Kind(ref reader);
        reader.SkipText();
        reader.Varint();
        return Inner(ref reader);
    }

    private static IdentityKind Kind(ref CommandReader reader)
    {
        reader.Header(CommandKind.As);
        var kind = (IdentityKind)reader.Byte();
        return kind <= IdentityKind.Internal ? kind : throw reader.Fault($"has the unknown identity {(byte)kind}");
    }

    private static ReadOnlyMemory<byte> Inner(ref CommandReader reader)
    {
        var inner = reader.Rest();
        return !inner.IsEmpty && ((CommandKind)inner.Span[0]).NeedsIdentity() ? inner : throw reader.Fault("holds a command without an identity");
    }
}
