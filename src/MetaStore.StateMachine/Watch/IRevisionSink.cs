using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Watch.Events;

namespace MetaStore.StateMachine.Watch;

/// <summary>Receives every change, once, in order, after it is visible to readers.</summary>
public interface IRevisionSink
{
    /// <summary>The changes of one group of entries; whole revisions, ascending by (main, sub). May be empty.</summary>
    /// <param name="records">Valid during the call; the records in it may be kept.</param>
    /// <param name="marks">Where in them users, roles or the switch changed; ascending. Mostly empty. Valid during the call.</param>
    /// <param name="revision">Store revision now visible.</param>
    /// <remarks>Thread: apply. Must not block and must not throw.</remarks>
    void OnPublished(ReadOnlySpan<RevisionRecord> records, ReadOnlySpan<AuthMark> marks, long revision);

    /// <summary>The whole state was replaced by a checkpoint: the changes that led to it are not reported.</summary>
    /// <param name="revision">Store revision now visible; never below the last one reported.</param>
    /// <param name="auth">Users and roles of the new state.</param>
    /// <remarks>Thread: apply. Must not block and must not throw.</remarks>
    void OnReplaced(long revision, AuthState auth);
}
