namespace MetaStore.Server.Dashboard.Pages;

/// <summary>Limits the number of open streams of one kind; more are rejected.</summary>
internal sealed class StreamPlaces(int max)
{
    private int _open;

    /// <summary>Streams open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Adds a stream; false when the limit is reached. Undo with <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= max)
        {
            return true;
        }

        Interlocked.Decrement(ref _open);
        return false;
    }

    /// <summary>Removes a stream.</summary>
    public void Leave() => Interlocked.Decrement(ref _open);
}
