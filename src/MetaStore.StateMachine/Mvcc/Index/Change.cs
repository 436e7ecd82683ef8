namespace MetaStore.StateMachine.Mvcc.Index;

/// <summary>A change of a key as its <see cref="KeyCell"/> stores it: what it shares with the changes before it is left out.</summary>
/// <param name="Main">Revision of the change.</param>
/// <param name="Sub">Order inside the revision.</param>
/// <param name="Start">Position in the cell of the first change of its generation; -1 for a tombstone.</param>
internal readonly record struct Change(long Main, int Sub, int Start);
