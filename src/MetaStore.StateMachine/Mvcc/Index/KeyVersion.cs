namespace MetaStore.StateMachine.Mvcc.Index;

/// <summary>One change of one key: a link of the chain from the newest change to the oldest that is still kept. Immutable.</summary>
internal sealed class KeyVersion(long main, int sub, long create, long version, KeyVersion? older)
{
    /// <summary>Revision of the change.</summary>
    public long Main { get; } = main;

    /// <summary>Create revision of the key's present generation; 0 for a tombstone.</summary>
    public long Create { get; } = create;

    /// <summary>Puts in the present generation; 0 for a tombstone.</summary>
    public long Version { get; } = version;

    /// <summary>The previous change; null when there was none or it is compacted.</summary>
    public KeyVersion? Older { get; } = older;

    /// <summary>Order inside the revision.</summary>
    public int Sub { get; } = sub;

    /// <summary>True when the key was deleted by this change.</summary>
    public bool IsTombstone => Version == 0;
}
