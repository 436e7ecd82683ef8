using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MetaStore.Server.Calls;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Tokens;

namespace MetaStore.Server.Auth.Tokens;

/// <summary>The token that calls of one connection had last, read once. Thread-safe.</summary>
/// <remarks>
/// Nearly all calls of a connection have the same token, and its digest is most of what users cost a read. The text is kept, what it says, and the user that it
/// proves by one state of users: by any other state it is judged again. Texts are compared in constant time, since a proxy may send calls of many users over one connection.
/// </remarks>
internal sealed class LastToken
{
    private Entry? _last;

    /// <summary>As <see cref="TokenText.TryParse"/>.</summary>
    public bool TryParse(string text, out TokenText token)
    {
        if (Volatile.Read(ref _last) is { } last && AreSame(last.Text, text))
        {
            token = last.Token;
            return true;
        }

        if (!TokenText.TryParse(text, out token))
        {
            return false;
        }

        Volatile.Write(ref _last, new Entry(text, token));
        return true;
    }

    /// <summary>The user that a token proves, when the same state gave it for an earlier call.</summary>
    /// <param name="text">The token as it was sent.</param>
    /// <param name="state">The state that counts.</param>
    /// <param name="identity">The user.</param>
    /// <param name="token">The token's digest.</param>
    public bool TryGet(string text, AuthState state, out AuthIdentity identity, out TokenDigest token)
    {
        if (Volatile.Read(ref _last) is { } last && AreSame(last.Text, text))
        {
            return last.Known.TryGet(state, out identity, out token);
        }

        (identity, token) = (AuthIdentity.None, default);
        return false;
    }

    /// <summary>A token, read by <see cref="TryParse"/> before, was found to be a user's by a state.</summary>
    public void Set(string text, AuthState state, in AuthIdentity identity, in TokenDigest token)
    {
        if (Volatile.Read(ref _last) is { } last && AreSame(last.Text, text))
        {
            last.Known.Set(state, identity, token);
        }
    }

    private static bool AreSame(string known, string text) =>
        CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(known.AsSpan()), MemoryMarshal.AsBytes(text.AsSpan()));

    private sealed class Entry(string text, TokenText token)
    {
        public string Text { get; } = text;

        public TokenText Token { get; } = token;

        public KnownIdentity Known { get; } = new();
    }
}
