namespace MetaStore.Server.Dashboard.Looks;

/// <summary>The status of all members at one time. Immutable, shared by all open pages.</summary>
/// <param name="Sequence">Increases by one each time, from 1.</param>
/// <param name="TakenAt">Timestamp on the member's clock when it was started.</param>
/// <param name="Line">The status as one line of JSON including the line feed, as pages receive it.</param>
internal sealed record ClusterLook(long Sequence, long TakenAt, ReadOnlyMemory<byte> Line);
