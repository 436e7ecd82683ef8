using System.Buffers.Text;
using System.Text;
using Grpc.Core;
using MetaStore.Server.Auth.Jwt;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Calls;
using MetaStore.Server.Reads;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Server.Auth;

/// <summary>Finds out who makes a call, and judges it. Any thread.</summary>
/// <remarks>
/// While auth is off nothing is looked at and nothing is allocated. A linearizable read calls <see cref="ArriveAsync"/> after its ReadIndex, and then
/// judges by the state that it reads: <see cref="ReadTxn.Auth"/>. A proposal carries the identity and is judged when it is applied.
/// A token counts before the common name of a certificate, also when it proves nothing.
/// </remarks>
/// <param name="reader">Gives the newest published state.</param>
/// <param name="applied">Waits for the issue of a token.</param>
/// <param name="committed">Last index that this member knows to be committed.</param>
/// <param name="uses">Hears of each use of a token.</param>
/// <param name="jwt">Verifies the tokens of users; null when they are those of the log.</param>
internal sealed class CallAuth(MvccReader reader, AppliedIndexWaiter applied, Func<ulong> committed, TokenClock uses, JwtTokens? jwt = null)
{
    /// <summary>A token whose issue is further away than this is not waited for: no member of this cluster has issued it.</summary>
    private const ulong AheadMax = 100_000;

    /// <summary>In a member's call: the user on whose behalf it is made. Means nothing beside any other token.</summary>
    public const string UserHeader = "metastore-user";

    private const string Bearer = "Bearer ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The newest published state.</summary>
    public AuthState State => reader.Auth;

    /// <summary>Calls are judged.</summary>
    public bool IsEnabled => reader.Auth.IsEnabled;

    /// <summary>Waits, for a second at most, for the issue of a token that another member has issued just now.</summary>
    public ValueTask ArriveAsync(ServerCall call)
    {
        if (!IsEnabled || TokenOf(call) is not { } text)
        {
            return ValueTask.CompletedTask;
        }

        if (IsJwt(text))
        {
            return jwt!.TryRead(text, out JwtClaims claims) && claims.Revision > State.Revision ? AwaitRevisionAsync(claims.Revision) : ValueTask.CompletedTask;
        }

        if (!TryParse(call, text, out TokenText token) || token.IssuedAt <= applied.Applied
            || token.IssuedAt > committed() + AheadMax)
        {
            return ValueTask.CompletedTask;
        }

        return AwaitAsync(token.IssuedAt);
    }

    /// <summary>A method of its own: a call without users would otherwise make the closure too.</summary>
    private ValueTask AwaitRevisionAsync(ulong revision) => applied.WaitUntilAsync(() => revision <= State.Revision, Patience);

    /// <summary>Who makes a call, by a state.</summary>
    /// <returns><see cref="ServerError.InvalidAuthToken"/> for a token that proves nothing; otherwise no error.</returns>
    public ServerError Identify(ServerCall call, AuthState state, out AuthIdentity identity)
    {
        ServerError error = FindOut(call, state, out identity);
        if (identity.Kind == IdentityKind.User)
        {
            call.User = identity.User;
        }

        return error;
    }

    private ServerError FindOut(ServerCall call, AuthState state, out AuthIdentity identity)
    {
        identity = AuthIdentity.None;
        if (!state.IsEnabled)
        {
            return ServerError.None;
        }

        if (TryKnown(call, state, out identity))
        {
            return ServerError.None;
        }

        if (TokenOf(call) is not { } text)
        {
            identity = call.CommonName is { } name ? AuthIdentity.Of(name, state.Revision) : AuthIdentity.None;
            return ServerError.None;
        }

        if (IsJwt(text))
        {
            if (!jwt!.TryRead(text, out JwtClaims claims))
            {
                return ServerError.InvalidAuthToken;
            }

            identity = AuthIdentity.Of(claims.User, claims.Revision);
            return ServerError.None;
        }

        if (!TryParse(call, text, out TokenText token) || !state.Tokens.TryGet(token.Digest, out TokenRecord record) || record.IssuedAt != token.IssuedAt
            || state.IdentityOf(record) is not { } found || (jwt is not null && found.Kind != IdentityKind.Internal))
        {
            return ServerError.InvalidAuthToken;
        }

        uses.OnCall(token.Digest);
        identity = found.Kind == IdentityKind.Internal && DecodeUser(call.RequestHeader(UserHeader)) is { } named ? AuthIdentity.Of(named, state.Revision) : found;
        call.Known?.Set(state, identity, token.Digest);
        if (found.Kind == IdentityKind.User)
        {
            // A member's token says nothing about the user that the next call names.
            call.LastToken?.Set(text, state, identity, token.Digest);
        }

        return ServerError.None;
    }

    /// <summary>
    /// Who makes a call, when that is known without a wait: an earlier call of the connection, or operation of the stream, with the same token was identified by
    /// the same state, or it is a JWT of no later state. It uses the token.
    /// </summary>
    public bool TryKnown(ServerCall call, AuthState state, out AuthIdentity identity)
    {
        if (call.Known is { } known && known.TryGet(state, out identity, out TokenDigest token))
        {
            uses.OnCall(token);
        }
        else if (TokenOf(call) is not { } text || !(IsJwt(text) ? TryKnownJwt(text, state, out identity) : TryKnown(call, text, state, out identity)))
        {
            identity = AuthIdentity.None;
            return false;
        }

        if (identity.Kind == IdentityKind.User)
        {
            call.User = identity.User;
        }

        return true;
    }

    private bool TryKnown(ServerCall call, string text, AuthState state, out AuthIdentity identity)
    {
        identity = AuthIdentity.None;
        if (call.LastToken is not { } last || !last.TryGet(text, state, out identity, out TokenDigest token))
        {
            return false;
        }

        uses.OnCall(token);
        return true;
    }

    private bool TryKnownJwt(string text, AuthState state, out AuthIdentity identity)
    {
        bool isKnown = jwt!.TryRead(text, out JwtClaims claims) && claims.Revision <= state.Revision;
        identity = isKnown ? AuthIdentity.Of(claims.User, claims.Revision) : AuthIdentity.None;
        return isKnown;
    }

    /// <summary>What the caller may do, by a state.</summary>
    /// <param name="call">The call.</param>
    /// <param name="state">Of the moment that counts.</param>
    /// <param name="asAdministrator">Only an administrator passes.</param>
    /// <param name="rights">None with an error.</param>
    public ServerError Admit(ServerCall call, AuthState state, bool asAdministrator, out UserRights rights)
    {
        rights = UserRights.Nothing;
        if (!state.IsEnabled)
        {
            rights = UserRights.All;
            return ServerError.None;
        }

        ServerError error = Identify(call, state, out AuthIdentity identity);
        if (error != ServerError.None)
        {
            return error;
        }

        ErrorCode refused = state.Admit(identity, asAdministrator, out UserRights? found);
        rights = found ?? rights;
        return StatusMap.Of(refused);
    }

    /// <summary>Judges a call by the newest published state of this member.</summary>
    public async ValueTask<ServerError> RequireAsync(ServerCall call, bool asAdministrator)
    {
        await ArriveAsync(call);
        return Admit(call, State, asAdministrator, out _);
    }

    /// <summary>Ends a read that its caller may not make.</summary>
    /// <exception cref="RpcException">It may not.</exception>
    public void RequireRead(ServerCall call, AuthState state, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> rangeEnd)
    {
        ServerError error = Admit(call, state, asAdministrator: false, out UserRights rights);
        error = error == ServerError.None && !rights.MayRead(key.Span, rangeEnd.Span) ? ServerError.PermissionDenied : error;
        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }
    }

    /// <summary>The call has no token, so it is its certificate's user's, proved as of the state in which it was identified.</summary>
    public static bool IsByCertificate(ServerCall call) => call.CommonName is not null && TokenOf(call) is null;

    /// <summary>The value of <see cref="UserHeader"/> for a user.</summary>
    public static string EncodeUser(string user) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(user));

    /// <summary>The metadata by which a call that is made for this one proves the same identity; null when there is none.</summary>
    public static Metadata? HeadersOf(ServerCall call) =>
        call.RequestHeader("token") is { } token ? new Metadata { { "token", token } }
        : call.RequestHeader("authorization") is { } text ? new Metadata { { "authorization", text } }
        : null;

    private static string? DecodeUser(string? header) =>
        header is not null && Base64Url.IsValid(header) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(header)) : null;

    private static string? TokenOf(ServerCall call)
    {
        string? text = call.RequestHeader("token") ?? call.RequestHeader("authorization");
        return text is not null && text.StartsWith(Bearer, StringComparison.Ordinal) ? text[Bearer.Length..] : text;
    }

    private static bool TryParse(ServerCall call, string text, out TokenText token) =>
        call.LastToken is { } last ? last.TryParse(text, out token) : TokenText.TryParse(text, out token);

    /// <summary>Beside JWT the log has tokens of members only, and of users from before the change of kind, which do not count.</summary>
    private bool IsJwt(string text) => jwt is not null && JwtText.HasThreeParts(text);

    private async ValueTask AwaitAsync(ulong index) => await applied.WaitAsync(index, Patience);
}
