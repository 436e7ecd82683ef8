using System.Collections.Concurrent;

namespace MetaStore.StateMachine.Auth.Rights;

/// <summary>Rights of users, merged when a user is first judged. One for each version of users and roles; any thread.</summary>
/// <remarks>So a change of a role costs the same however many users have it.</remarks>
internal sealed class RightsCache
{
    private readonly ConcurrentDictionary<string, UserRights> _rights = new(StringComparer.Ordinal);

    public UserRights Of(AuthUser user, IReadOnlyDictionary<string, AuthRole> roles)
        => _rights.TryGetValue(user.Name, out var known) ? known : _rights.GetOrAdd(user.Name, UserRights.Of(user, roles));
}
