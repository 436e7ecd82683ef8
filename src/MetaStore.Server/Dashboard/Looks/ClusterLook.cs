namespace MetaStore.Server.Dashboard.Looks;

/// <summary>All members at one moment. Immutable, shared by all open pages.</summary>
/// <param name="Sequence">Rises by one with each look, from 1.</param>
/// <param name="TakenAt">Timestamp of the member's clock when it was begun.</param>
/// <param name="Line">The look as one line of JSON with its line end, as pages get it.</param>
internal sealed record ClusterLook(long Sequence, long TakenAt, ReadOnlyMemory<byte> Line);
