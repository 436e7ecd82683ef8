using MetaStore.StateMachine.Auth;

namespace MetaStore.StateMachine.Watch;

/// <summary>A change of users, roles or the switch between two changes of keys.</summary>
/// <param name="Position">Number of published changes of keys that come before it.</param>
/// <param name="Revision">Store revision at it: what a watcher may still receive under the rights of before.</param>
/// <param name="State">After it.</param>
public readonly record struct AuthMark(int Position, long Revision, AuthState State)
{
    /// <summary>In place of a revision: the whole state was replaced, and the change happened somewhere in what was not seen.</summary>
    public const long Unknown = -1;
}
