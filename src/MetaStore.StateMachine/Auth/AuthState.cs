using System.Collections.Immutable;
using MetaStore.StateMachine.Auth.Records;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.StateMachine.Commands;

namespace MetaStore.StateMachine.Auth;

/// <summary>Users, roles, tokens and the switch, as of one moment. Immutable; published together with the store's revision.</summary>
/// <remarks>Source: etcd v3 Auth; docs/users.md.</remarks>
public sealed record AuthState
{
    private RightsCache _rights = new();

    /// <summary>Without users and roles, off.</summary>
    public static AuthState Initial { get; } = new();

    /// <summary>Identities are checked.</summary>
    public bool IsEnabled { get; internal init; }

    /// <summary>Auth revision: 1 at first, one more with each change of users and roles and with each disable. Not the store's revision.</summary>
    public ulong Revision { get; internal init; } = 1;

    /// <summary>Auth revision of the last disable; 0 before the first. What was proved before is not valid any more.</summary>
    public ulong DisabledAt { get; internal init; }

    /// <summary>How often users, roles or the switch were changed: unlike <see cref="Revision"/> it also counts enabling.</summary>
    public ulong Changes { get; internal init; }

    /// <summary>By name.</summary>
    public ImmutableDictionary<string, AuthUser> Users { get; internal init; } = ImmutableDictionary.Create<string, AuthUser>(StringComparer.Ordinal);

    /// <summary>By name.</summary>
    public ImmutableDictionary<string, AuthRole> Roles { get; internal init; } = ImmutableDictionary.Create<string, AuthRole>(StringComparer.Ordinal);

    /// <summary>Tokens.</summary>
    public TokenTable Tokens { get; internal init; } = TokenTable.Empty;

    /// <summary>Names of all users, ascending by their bytes.</summary>
    public IReadOnlyList<string> UserNames => [.. Users.Keys.Order(Utf8Order.Instance)];

    /// <summary>Names of all roles, ascending by their bytes.</summary>
    public IReadOnlyList<string> RoleNames => [.. Roles.Keys.Order(Utf8Order.Instance)];

    /// <summary>Judges an identity.</summary>
    /// <param name="identity">Not looked at while auth is off.</param>
    /// <param name="asAdministrator">Only a user with role root passes.</param>
    /// <param name="rights">What it may do; null unless the result is <see cref="ErrorCode.None"/>.</param>
    /// <returns>
    /// <see cref="ErrorCode.UserEmpty"/> without an identity; <see cref="ErrorCode.AuthOldRevision"/> for one that was proved before the password
    /// changed or before the last disable; for a user that does not exist <see cref="ErrorCode.UserNotFound"/> when an administrator is needed,
    /// otherwise <see cref="ErrorCode.PermissionDenied"/>.
    /// </returns>
    public ErrorCode Admit(in AuthIdentity identity, bool asAdministrator, out UserRights? rights)
    {
        rights = null;
        if (!IsEnabled || identity.Kind == IdentityKind.Internal)
        {
            rights = UserRights.All;
            return ErrorCode.None;
        }

        if (identity.Kind == IdentityKind.None)
        {
            return ErrorCode.UserEmpty;
        }

        if (!Users.TryGetValue(identity.User, out var user))
        {
            return asAdministrator ? ErrorCode.UserNotFound : ErrorCode.PermissionDenied;
        }

        if (!IsCurrent(user, identity.Revision))
        {
            return ErrorCode.AuthOldRevision;
        }

        var held = _rights.Of(user, Roles);
        if (asAdministrator && !held.IsAdministrator)
        {
            return ErrorCode.PermissionDenied;
        }

        rights = held;
        return ErrorCode.None;
    }

    /// <summary>
    /// What an identity that was admitted before may do now: its user's present rights, whatever happened to the password since. Null when it may
    /// do nothing.
    /// </summary>
    public UserRights? RightsOf(in AuthIdentity identity)
        => !IsEnabled || identity.Kind == IdentityKind.Internal ? UserRights.All
            : identity.Kind == IdentityKind.User && Users.TryGetValue(identity.User, out var user) ? _rights.Of(user, Roles)
            : null;

    /// <summary>The identity that a token proves; null when it proves none any more.</summary>
    public AuthIdentity? IdentityOf(in TokenRecord token)
        => token.User.Length == 0 ? AuthIdentity.Internal
            : Users.TryGetValue(token.User, out var user) && IsCurrent(user, token.Revision) ? AuthIdentity.Of(token.User, token.Revision)
            : null;

    /// <summary>The state after a change of users or roles.</summary>
    internal AuthState Next() => this with { Revision = Revision + 1, Changes = Changes + 1, _rights = new RightsCache() };

    private bool IsCurrent(AuthUser user, ulong revision) => revision >= Math.Max(user.CredentialRevision, DisabledAt) && revision <= Revision;
}
