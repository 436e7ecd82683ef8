namespace MetaStore.Server.Watch.Sending;

/// <summary>Limit of the bytes queued on all streams together.</summary>
internal sealed class WatchBudget(long bytesMax)
{
    private long _bytes;
    private long _events;

    /// <summary>Bytes queued now.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether more bytes may be queued; checked before they are added, so the limit may be exceeded slightly.</summary>
    public bool HasRoomFor(long bytes) => Bytes + bytes <= bytesMax;

    /// <summary>Events queued now.</summary>
    public long Events => Volatile.Read(ref _events);

    /// <summary>Adds to the queued events; negative subtracts.</summary>
    public void AddEvents(int events) => Interlocked.Add(ref _events, events);

    public void Take(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Return(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
