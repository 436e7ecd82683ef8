using System.Collections.Concurrent;

namespace MetaStore.Server.Observability.Logging;

/// <summary>
/// Bounds the lines of one event: the first hundred of a second are written, then one in a hundred, as etcd's logger does. Without it a client
/// that makes the same warning thousands of times a second fills the disk and takes the processor for it.
/// </summary>
/// <remarks>Thread-safe. Holds one entry for each event that was ever logged; the events are those of the code, so their number is bounded.</remarks>
internal sealed class LogSampling(TimeProvider time)
{
    /// <summary>Lines of one event in a second that are all written; after them, one in so many.</summary>
    public const int First = 100;

    private readonly ConcurrentDictionary<string, Event> _events = new(StringComparer.Ordinal);

    /// <summary>Whether the next line of an event is written.</summary>
    /// <param name="caller">Names the event.</param>
    /// <param name="leftOut">Lines of it that were left out since the last one that was written.</param>
    public bool Take(string caller, out long leftOut)
    {
        Event counted = _events.GetOrAdd(caller, static _ => new Event());
        long second = (long)time.GetElapsedTime(0).TotalSeconds;
        lock (counted)
        {
            if (counted.Second != second)
            {
                counted.Second = second;
                counted.Lines = 0;
            }

            counted.Lines++;
            if (counted.Lines > First && counted.Lines % First != 0)
            {
                counted.LeftOut++;
                leftOut = 0;
                return false;
            }

            leftOut = counted.LeftOut;
            counted.LeftOut = 0;
            return true;
        }
    }

    private sealed class Event
    {
        public long Second { get; set; } = -1;

        public long Lines { get; set; }

        public long LeftOut { get; set; }
    }
}
