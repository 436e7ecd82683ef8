using System.Diagnostics;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>
/// When the newest entries became durable on this member; used only to report where a slow write spent its time. Any thread.
/// </summary>
internal sealed class DurablePoints
{
    private const int Kept = 256;

    private readonly Lock _gate = new();
    private readonly (ulong Index, long At)[] _points = new (ulong, long)[Kept];
    private int _next;

    /// <summary>Everything up to <paramref name="index"/> is durable now.</summary>
    public void Add(ulong index)
    {
        long now = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            _points[_next] = (index, now);
            _next = (_next + 1) % Kept;
        }
    }

    /// <summary>
    /// When an entry became durable, a timestamp of <see cref="Stopwatch"/>; 0 when it is not durable, or too old to be recorded.
    /// </summary>
    public long Of(ulong index)
    {
        lock (_gate)
        {
            long at = 0;
            for (int back = 1; back <= Kept; back++)
            {
                (ulong upTo, long then) = _points[(_next - back + Kept) % Kept];
                if (upTo < index)
                {
                    return at;
                }

                at = then;
            }

            return 0;
        }
    }
}
