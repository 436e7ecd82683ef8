using System.Collections.Concurrent;

namespace MetaStore.Server.Auth.Passwords;

/// <summary>Own threads for bcrypt, which takes a processor for tens of milliseconds: never those of Raft, apply, timers or connections.</summary>
/// <remarks>Their priority is low where the system has priorities of threads; on Linux .NET sets none.</remarks>
internal sealed class PasswordThreads : IDisposable
{
    /// <summary>Passwords that wait; one more is refused.</summary>
    public const int QueueMax = 256;

    private readonly BlockingCollection<Action> _queue = new(QueueMax);
    private readonly Thread[] _threads;

    /// <param name="count">Number of threads, at least 1.</param>
    public PasswordThreads(int count)
    {
        _threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            _threads[i] = new Thread(Run) { Name = $"password {i}", IsBackground = true, Priority = ThreadPriority.BelowNormal };
            _threads[i].Start();
        }
    }

    /// <summary>Half of the processors.</summary>
    public static int DefaultCount => Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Runs work on one of the threads.</summary>
    /// <returns>Null when the queue is full.</returns>
    public Task<T>? TryRun<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isQueued = _queue.TryAdd(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception failed)
            {
                // The caller awaits it.
                done.SetException(failed);
            }
        });
        return isQueued ? done.Task : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.CompleteAdding();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _queue.Dispose();
    }

    private void Run()
    {
        foreach (Action work in _queue.GetConsumingEnumerable())
        {
            work();
        }
    }
}
