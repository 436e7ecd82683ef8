namespace MetaStore.StateMachine.Mvcc;

/// <summary>One change of one key: a link of the chain that runs from the newest change to the oldest one still remembered.</summary>
/// <remarks>
/// Immutable but for <see cref="Older"/>, which compaction cuts to null once. A reader below the newest link must therefore look at the
/// compacted revision after its walk; a reader at the newest link never notices. Written by the apply thread, read by any.
/// </remarks>
internal sealed class KeyVersion(long main, int sub, long create, long version, KeyVersion? older)
{
    /// <summary>Revision of the change.</summary>
    public long Main { get; } = main;

    /// <summary>Revision that created the present life of the key; 0 for a tombstone.</summary>
    public long Create { get; } = create;

    /// <summary>Puts in the present life; 0 for a tombstone.</summary>
    public long Version { get; } = version;

    /// <summary>The change before, null when there was none or it is compacted.</summary>
    public KeyVersion? Older { get; private set; } = older;

    /// <summary>Order inside the revision.</summary>
    public int Sub { get; } = sub;

    /// <summary>True when the key was deleted by this change.</summary>
    public bool IsTombstone => Version == 0;

    /// <summary>The change that is in force at a revision, null when there is none.</summary>
    public static KeyVersion? At(KeyVersion? newest, long revision)
    {
        while (newest is not null && newest.Main > revision)
        {
            newest = newest.Older;
        }

        return newest;
    }

    public void ForgetOlder() => Older = null;
}
