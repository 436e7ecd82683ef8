namespace MetaStore.StateMachine.Mvcc.Index;

/// <summary>One change of one key.</summary>
/// <param name="Main">Revision of the change.</param>
/// <param name="Sub">Order inside the revision.</param>
/// <param name="Create">Create revision of the key's present generation; 0 for a tombstone.</param>
/// <param name="Version">Puts in the present generation; 0 for a tombstone.</param>
internal readonly record struct KeyVersion(long Main, int Sub, long Create, long Version)
{
    /// <summary>True when the key was deleted by this change.</summary>
    public bool IsTombstone => Version == 0;
}
