namespace MetaStore.Server.Watch.Sending;

/// <summary>Bytes that may wait on all streams together.</summary>
internal sealed class WatchBudget(long bytesMax)
{
    private long _bytes;
    private long _events;

    /// <summary>Bytes that wait now.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether so much more may wait; asked before <see cref="Take"/>, so that it may be passed a little.</summary>
    public bool HasRoomFor(long bytes) => Bytes + bytes <= bytesMax;

    /// <summary>Events that wait now.</summary>
    public long Events => Volatile.Read(ref _events);

    /// <summary>So many more events wait; fewer when negative.</summary>
    public void AddEvents(int events) => Interlocked.Add(ref _events, events);

    public void Take(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Return(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
