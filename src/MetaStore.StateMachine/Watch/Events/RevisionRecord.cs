namespace MetaStore.StateMachine.Watch.Events;

/// <summary>One change as it was stored: a reference to its record, nothing copied.</summary>
/// <param name="Main">Revision.</param>
/// <param name="Sub">Order inside the revision.</param>
/// <param name="IsDelete">A tombstone: the record then carries only the key.</param>
/// <param name="Record">Protobuf mvccpb.KeyValue; immutable, may be kept.</param>
public readonly record struct RevisionRecord(long Main, int Sub, bool IsDelete, byte[] Record);
