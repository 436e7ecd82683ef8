using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>Answer to a <see cref="RangeQuery"/>.</summary>
public readonly struct RangeResult
{
    /// <summary>Pairs in the wanted order; empty for an error or when only counted. See <see cref="KeyValue"/> for how long they live.</summary>
    public IReadOnlyList<KeyValue> Kvs { get => field ?? []; init; }

    /// <summary>Keys in the range at that revision, regardless of limit and revision bounds.</summary>
    public long Count { get; init; }

    /// <summary>True when the limit cut pairs off.</summary>
    public bool More { get; init; }

    /// <summary>Present store revision for the response header, not the revision read at.</summary>
    public long Revision { get; init; }

    /// <summary>Compacted, future revision or sort option; otherwise none.</summary>
    public ErrorCode Error { get; init; }
}
