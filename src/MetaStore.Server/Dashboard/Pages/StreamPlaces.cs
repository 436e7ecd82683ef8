namespace MetaStore.Server.Dashboard.Pages;

/// <summary>How many streams of one kind may be open at once; more are refused.</summary>
internal sealed class StreamPlaces(int max)
{
    private int _open;

    /// <summary>Open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Takes a place; false when all are taken. Give it back with <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= max)
        {
            return true;
        }

        Interlocked.Decrement(ref _open);
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave() => Interlocked.Decrement(ref _open);
}
