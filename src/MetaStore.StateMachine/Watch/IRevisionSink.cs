using MetaStore.StateMachine.Watch.Events;

namespace MetaStore.StateMachine.Watch;

/// <summary>Receives every change, once, in order, after it is visible to readers.</summary>
public interface IRevisionSink
{
    /// <summary>The changes of one group of entries; whole revisions, ascending by (main, sub). May be empty.</summary>
    /// <param name="records">Valid during the call; the records in it may be kept.</param>
    /// <param name="revision">Store revision now visible.</param>
    /// <remarks>Thread: apply. Must not block and must not throw.</remarks>
    void OnPublished(ReadOnlySpan<RevisionRecord> records, long revision);

    /// <summary>The whole state was replaced by a checkpoint: the changes that led to it are not reported.</summary>
    /// <param name="revision">Store revision now visible; never below the last one reported.</param>
    /// <remarks>Thread: apply. Must not block and must not throw.</remarks>
    void OnReplaced(long revision);
}
