using MetaStore.Engines.Ordered;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Index;

/// <summary>What a read needs of the state it looks at: the published state for a reader, the growing one for the apply thread.</summary>
internal interface IRecordSource
{
    /// <summary>The key index.</summary>
    OrderedMapSnapshot<KeyCell> Index { get; }

    /// <summary>Present revision, with the writes of a running transaction counted.</summary>
    long Revision { get; }

    /// <summary>Lowest readable revision as of now; asked again after a walk below the newest revision. -1 before the first compaction.</summary>
    long Compacted { get; }

    /// <summary>What the operations on it are counted in.</summary>
    MvccCounts Counts { get; }

    /// <summary>True when a record is a copy that lives as long as the answer, and not a view of what the engine holds anyway.</summary>
    bool CopiesRecords { get; }

    /// <summary>The stored record of a change that is not a tombstone; default when compaction has removed it meanwhile.</summary>
    bool TryRecord(KeyVersion version, out KeyValue record);
}
