using System.Collections.Immutable;
using System.Text;
using MetaStore.Engines;
using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Auth.Records;

/// <summary>Reads the Auth bucket of an engine.</summary>
internal static class AuthLoader
{
    private static readonly UTF8Encoding StrictText = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="EngineException">A record cannot be read.</exception>
    public static AuthState Load(IReadView view)
    {
        try
        {
            var state = view.TryGet(Bucket.Auth, AuthKeys.State, out var bytes) ? AuthCodec.DecodeState(bytes) : AuthState.Initial;
            var users = ImmutableDictionary.CreateBuilder<string, AuthUser>(StringComparer.Ordinal);
            var roles = ImmutableDictionary.CreateBuilder<string, AuthRole>(StringComparer.Ordinal);
            var tokens = new List<KeyValuePair<TokenDigest, TokenRecord>>();
            foreach (var (key, value) in Under(view, AuthKeys.Users))
            {
                var name = NameOf(key);
                users.Add(name, AuthCodec.DecodeUser(name, value));
            }

            foreach (var (key, value) in Under(view, AuthKeys.Roles))
            {
                var name = NameOf(key);
                roles.Add(name, AuthCodec.DecodeRole(name, value));
            }

            foreach (var (key, value) in Under(view, AuthKeys.Tokens))
            {
                tokens.Add(new(DigestOf(key), AuthCodec.DecodeToken(value)));
            }

            return state with { Users = users.ToImmutable(), Roles = roles.ToImmutable(), Tokens = TokenTable.Of(tokens) };
        }
        catch (CommandFormatException damaged)
        {
            throw new EngineException($"A record of users and roles is damaged: {damaged.Message}");
        }
    }

    private static string NameOf(byte[] key)
    {
        try
        {
            return StrictText.GetString(key);
        }
        catch (DecoderFallbackException)
        {
            // With replacement characters two keys could become one name.
            throw new EngineException("A name of a user or role is not UTF-8.");
        }
    }

    private static TokenDigest DigestOf(byte[] key) =>
        key.Length == TokenDigest.Size ? TokenDigest.Read(key) : throw new EngineException($"The key of a token has {key.Length} bytes instead of {TokenDigest.Size}.");

    /// <summary>Copies of all entries whose keys begin with a prefix, without it.</summary>
    private static IEnumerable<(byte[] Key, byte[] Value)> Under(IReadView view, byte[] prefix)
    {
        using var cursor = view.Seek(Bucket.Auth, prefix, AuthKeys.EndOf(prefix));
        while (cursor.MoveNext())
        {
            yield return (cursor.Key[prefix.Length..].ToArray(), cursor.Value.ToArray());
        }
    }
}
