using System.Collections.Concurrent;
using MetaStore.IO;
using MetaStore.Server.Apply;

namespace MetaStore.Server.Reads;

/// <summary>Lets readers wait until everything up to their index is applied. Many are completed by one work item.</summary>
/// <remarks>Thread-safe. Bounded by the number of readers that the node lets wait for a ReadIndex.</remarks>
/// <param name="time">Clock of the deadlines.</param>
internal sealed class AppliedIndexWaiter(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<AppliedWait> _spare = new();
    private List<AppliedWait> _waiting = [];
    private List<AppliedWait> _remaining = [];
    private ulong _applied;

    /// <summary>Last index that is published to readers.</summary>
    public ulong Applied => Volatile.Read(ref _applied);

    /// <summary>Waits until <paramref name="index"/> is readable, for at most <paramref name="patience"/>.</summary>
    /// <returns>False when the time was over before.</returns>
    public ValueTask<bool> WaitAsync(ulong index, TimeSpan patience) => WaitAsync(index, time.GetTimestamp() + time.TimestampsIn(patience));

    /// <summary>Waits until <paramref name="index"/> is readable.</summary>
    /// <returns>False when <paramref name="deadlineAt"/>, a timestamp of the clock, passed before.</returns>
    public ValueTask<bool> WaitAsync(ulong index, long deadlineAt)
    {
        if (Applied >= index)
        {
            return ValueTask.FromResult(true);
        }

        AppliedWait wait = _spare.TryDequeue(out AppliedWait? spare) ? spare : new AppliedWait(this);
        wait.Begin(index, deadlineAt);
        ValueTask<bool> task = wait.Task;
        lock (_gate)
        {
            if (_applied < index)
            {
                _waiting.Add(wait);
                return task;
            }
        }

        _spare.Enqueue(wait);
        return ValueTask.FromResult(true);
    }

    /// <summary>Waits until a condition on the published state holds, for at most <paramref name="patience"/>.</summary>
    /// <param name="holds">Asked at first and each time that something was applied.</param>
    /// <param name="patience">Longest wait.</param>
    public async ValueTask WaitUntilAsync(Func<bool> holds, TimeSpan patience)
    {
        long deadlineAt = time.GetTimestamp() + time.TimestampsIn(patience);
        while (true)
        {
            // Before the condition is asked: what is applied after the question would not be waited for otherwise.
            ulong seen = Applied;
            if (holds() || !await WaitAsync(seen + 1, deadlineAt))
            {
                return;
            }
        }
    }

    /// <summary>Everything up to <paramref name="index"/> is readable now: adds the readers that waited for it to <paramref name="released"/>.</summary>
    /// <remarks>Thread: apply.</remarks>
    public void Advance(ulong index, CompletionBatchPool released)
    {
        lock (_gate)
        {
            Volatile.Write(ref _applied, index);
            foreach (AppliedWait wait in _waiting)
            {
                if (wait.Index <= index)
                {
                    wait.Reached = true;
                    released.Add(wait);
                }
                else
                {
                    _remaining.Add(wait);
                }
            }

            _waiting.Clear();
            (_waiting, _remaining) = (_remaining, _waiting);
        }
    }

    /// <summary>Ends the wait of readers whose deadline has passed.</summary>
    /// <param name="now">A timestamp of the clock.</param>
    public void Sweep(long now)
    {
        List<AppliedWait>? late = null;
        lock (_gate)
        {
            for (int i = _waiting.Count - 1; i >= 0; i--)
            {
                if (_waiting[i].DeadlineAt <= now)
                {
                    (late ??= []).Add(_waiting[i]);
                    _waiting.RemoveAt(i);
                }
            }
        }

        late?.ForEach(wait => wait.Complete());
    }

    internal void Return(AppliedWait wait) => _spare.Enqueue(wait);
}
