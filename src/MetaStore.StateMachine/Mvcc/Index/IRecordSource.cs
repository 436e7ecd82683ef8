using MetaStore.Engines.Ordered;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Index;

/// <summary>The state a read works on: the published state for a reader, the unpublished one for the apply thread.</summary>
internal interface IRecordSource
{
    /// <summary>The key index.</summary>
    OrderedMapSnapshot<KeyCell> Index { get; }

    /// <summary>Present revision, including the writes of a running transaction.</summary>
    long Revision { get; }

    /// <summary>
    /// Lowest readable revision at present; checked again after a walk below the newest revision. -1 before the first compaction.
    /// </summary>
    long Compacted { get; }

    /// <summary>Counters of the operations on it.</summary>
    MvccCounts Counts { get; }

    /// <summary>True when a record is a copy that lives as long as the answer, and not a view of engine memory.</summary>
    bool CopiesRecords { get; }

    /// <summary>The stored record of a change that is not a tombstone; default when compaction has removed it meanwhile.</summary>
    bool TryRecord(KeyVersion version, out KeyValue record);
}
