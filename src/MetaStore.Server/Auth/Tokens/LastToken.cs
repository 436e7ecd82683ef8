using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MetaStore.Server.Auth.Tokens;

/// <summary>The token that calls of one connection had last, read once. Thread-safe.</summary>
/// <remarks>
/// Nearly all calls of a connection have the same token, and its digest is most of what users cost a read. Only the text and what it says are kept, not whether it proves
/// anything: that is judged by the state of each call. Texts are compared in constant time, since a proxy may send calls of many users over one connection.
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

    private static bool AreSame(string known, string text) =>
        CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(known.AsSpan()), MemoryMarshal.AsBytes(text.AsSpan()));

    private sealed class Entry(string text, TokenText token)
    {
        public string Text { get; } = text;

        public TokenText Token { get; } = token;
    }
}
