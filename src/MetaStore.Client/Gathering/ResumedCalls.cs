namespace MetaStore.Client.Gathering;

/// <summary>Resumes the callers whose results came in one message, in their order: one work item of the thread pool for many callers.</summary>
/// <remarks>
/// A caller may block its thread, even waiting for another caller. So each thread takes one call at a time, and while calls are left, there is always a
/// work item that no thread has begun: it takes what a blocked one leaves.
/// </remarks>
/// <param name="calls">Calls that have ended, in the first places.</param>
/// <param name="count">How many there are.</param>
/// <param name="resumed">Called once, when the last call was taken.</param>
internal sealed class ResumedCalls(GatheredCall?[] calls, int count, Action resumed) : IThreadPoolWorkItem
{
    private int _taken;

    /// <summary>Begins.</summary>
    public void Begin() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    void IThreadPoolWorkItem.Execute()
    {
        if (count - Volatile.Read(ref _taken) > 1)
        {
            Begin();
        }

        int next;
        while ((next = Interlocked.Increment(ref _taken) - 1) < count)
        {
            calls[next]!.Resume();
        }

        if (next == count)
        {
            resumed();
        }
    }
}
