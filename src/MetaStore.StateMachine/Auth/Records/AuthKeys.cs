using System.Text;
using MetaStore.StateMachine.Auth.Tokens;

namespace MetaStore.StateMachine.Auth.Records;

/// <summary>Every key of the Auth bucket. Part of the on-disk format.</summary>
internal static class AuthKeys
{
    /// <summary>-> switch, auth revision, revision of the last disable, number of changes.</summary>
    public static byte[] State { get; } = Encoding.ASCII.GetBytes("state");

    /// <summary>Before the name of a role.</summary>
    public static byte[] Roles { get; } = Encoding.ASCII.GetBytes("role/");

    /// <summary>Before the digest of a token.</summary>
    public static byte[] Tokens { get; } = Encoding.ASCII.GetBytes("token/");

    /// <summary>Before the name of a user.</summary>
    public static byte[] Users { get; } = Encoding.ASCII.GetBytes("user/");

    public static byte[] User(string name) => Key(Users, name);

    public static byte[] Role(string name) => Key(Roles, name);

    public static byte[] Token(in TokenDigest digest)
    {
        var key = new byte[Tokens.Length + TokenDigest.Size];
        Tokens.CopyTo(key, 0);
        digest.Write(key.AsSpan(Tokens.Length));
        return key;
    }

    /// <summary>The first key after all that begin with a prefix, which ends with "/".</summary>
    public static byte[] EndOf(byte[] prefix) => [.. prefix[..^1], (byte)('/' + 1)];

    private static byte[] Key(byte[] prefix, string name) => [.. prefix, .. Encoding.UTF8.GetBytes(name)];
}
