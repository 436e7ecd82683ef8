using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Identities;

/// <summary>Reads the identities of As commands one after the other. One thread.</summary>
/// <remarks>
/// Commands of a batch mostly have the same user, whose name is decoded once: what stands before the inner command says its own length, so equal bytes are the same identity.
/// </remarks>
internal sealed class IdentityReader
{
    private readonly byte[] _header = new byte[64];
    private int _length;
    private AuthIdentity _identity;

    /// <summary>As <see cref="AsHeader.Read"/>.</summary>
    /// <exception cref="CommandFormatException">As of <see cref="AsHeader.Read"/>.</exception>
    public AuthIdentity Read(ReadOnlyMemory<byte> command, out ReadOnlyMemory<byte> inner)
    {
        var bytes = command.Span;
        if (_length > 0 && bytes.Length > _length && bytes.StartsWith(_header.AsSpan(0, _length)) && ((CommandKind)bytes[_length]).NeedsIdentity())
        {
            inner = command[_length..];
            return _identity;
        }

        _identity = AsHeader.Read(command, out inner);
        Remember(bytes[..^inner.Length]);
        return _identity;
    }

    private void Remember(ReadOnlySpan<byte> header)
    {
        if (header.Length > _header.Length)
        {
            _length = 0;
            return;
        }

        header.CopyTo(_header);
        _length = header.Length;
    }
}
