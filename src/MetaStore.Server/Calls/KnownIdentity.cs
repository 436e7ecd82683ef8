using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Tokens;

namespace MetaStore.Server.Calls;

/// <summary>Who makes the operations of one stream, or the calls of one connection that have the same token, and by which state of users. Thread-safe.</summary>
/// <remarks>
/// All of them have the same token, and a state is immutable: the same state always gives the same identity. With any change of users,
/// roles or tokens there is another state, and the next one is identified again.
/// </remarks>
internal sealed class KnownIdentity
{
    private Found? _last;

    /// <summary>The identity by a state.</summary>
    /// <param name="state">The state that counts.</param>
    /// <param name="identity">The identity.</param>
    /// <param name="token">The token that proves it.</param>
    /// <returns>False when it is not known by this state.</returns>
    public bool TryGet(AuthState state, out AuthIdentity identity, out TokenDigest token)
    {
        if (Volatile.Read(ref _last) is { } last && ReferenceEquals(last.State, state))
        {
            (identity, token) = (last.Identity, last.Token);
            return true;
        }

        (identity, token) = (AuthIdentity.None, default);
        return false;
    }

    /// <summary>A token was found to be valid by a state.</summary>
    public void Set(AuthState state, in AuthIdentity identity, in TokenDigest token) => Volatile.Write(ref _last, new Found(state, identity, token));

    private sealed record Found(AuthState State, AuthIdentity Identity, TokenDigest Token);
}
