namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>One change in the history of a key.</summary>
/// <param name="Revision">Store revision of the change.</param>
/// <param name="CreateRevision">Revision that created the life of the key the change belongs to; 0 for a delete.</param>
/// <param name="Version">Puts in that life, this one included; 0 for a delete.</param>
public readonly record struct KeyChange(long Revision, long CreateRevision, long Version)
{
    /// <summary>The key was deleted.</summary>
    public bool IsDelete => Version == 0;
}
