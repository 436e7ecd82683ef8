namespace MetaStore.StateMachine.Mvcc.Index;

/// <summary>The entry of a key in the index: holds the newest change; an overwrite replaces it by one that links to it.</summary>
/// <remarks>
/// Versions of the index share cells, so that overwriting a live key copies no node of the index. A reader must therefore look up the
/// change in force at its revision: newer ones may be on top. What versions must not share goes through the index itself: the first put
/// and the delete of a key, because they change counts, and compaction, which replaces the cell.
/// Written by the apply thread, read by any.
/// </remarks>
internal sealed class KeyCell
{
    private volatile KeyVersion _newest;

    public KeyCell(KeyVersion newest)
    {
        _newest = newest;
    }

    /// <summary>Newest change, published or not.</summary>
    public KeyVersion Newest => _newest;

    /// <summary>The change in force at a revision; null when there is none.</summary>
    public KeyVersion? At(long revision)
    {
        KeyVersion? version = _newest;
        while (version is not null && version.Main > revision)
        {
            version = version.Older;
        }

        return version;
    }

    /// <summary>The change in force at a revision if the key exists then, otherwise null.</summary>
    public KeyVersion? LiveAt(long revision) => At(revision) is { IsTombstone: false } live ? live : null;

    /// <summary>Adds a change on top; its <see cref="KeyVersion.Older"/> is the previous newest.</summary>
    public void Push(KeyVersion newest) => _newest = newest;

    /// <summary>A new cell with the changes newer than <paramref name="firstGone"/>; this one stays unchanged for older readers.</summary>
    public KeyCell Without(KeyVersion firstGone)
    {
        var kept = new Stack<KeyVersion>();
        for (var version = _newest; version != firstGone; version = version.Older!)
        {
            kept.Push(version);
        }

        KeyVersion? chain = null;
        while (kept.TryPop(out var version))
        {
            chain = new KeyVersion(version.Main, version.Sub, version.Create, version.Version, chain);
        }

        return new KeyCell(chain!);
    }
}
