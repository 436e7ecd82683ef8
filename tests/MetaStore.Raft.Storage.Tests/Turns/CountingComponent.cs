using MetaStore.IO.Turns;

namespace MetaStore.Raft.Storage.Tests.Turns;

/// <summary>A queue of numbers with a thread of its own, which notes the thread that processed each number, and whether two were in a turn at once.</summary>
internal sealed class CountingComponent : ITurnWorker, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TurnOwnership _turns;
    private readonly Thread _thread;
    private readonly List<(int Number, Thread By)> _done = [];
    private List<int> _queued = [];
    private List<int> _taken = [];
    private int _inTurn;
    private volatile bool _overlapped;
    private bool _stopping;

    public CountingComponent(bool waitsForDisk = false)
    {
        _turns = new TurnOwnership(() => _queued.Count > 0 || _stopping) { Worker = this, WaitsForDisk = waitsForDisk };
        _thread = new Thread(Run) { IsBackground = true };
    }

    /// <summary>Called in each turn, by the thread that does it.</summary>
    public Action? InTurn { get; set; }

    /// <summary>How long the own thread sleeps.</summary>
    public TimeSpan Patience { get; set; } = Timeout.InfiniteTimeSpan;

    public bool MayBeLent { get; set; } = true;

    /// <summary>True while the own thread waits for the end of another thread's turn.</summary>
    public bool IsWaitedFor => _turns.IsWaitedFor;

    /// <summary>The component's own thread.</summary>
    public Thread Own => _thread;

    public IReadOnlyList<(int Number, Thread By)> Done
    {
        get
        {
            lock (_done)
            {
                return [.. _done];
            }
        }
    }

    /// <summary>Starts the own thread and waits until it sleeps.</summary>
    public CountingComponent Start()
    {
        _thread.Start();
        WaitUntilItSleeps();
        return this;
    }

    public void WaitUntilItSleeps() =>
        Assert.True(SpinWait.SpinUntil(() => _thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Limit), "the thread does not sleep");

    public void Post(int number)
    {
        lock (_turns.Gate)
        {
            _queued.Add(number);
            _turns.Wake_NeedsGate();
        }
    }

    /// <summary>Posts on a thread that carries on.</summary>
    public void Carry(int number, bool mayWaitForDisk = true)
    {
        RunToCompletion.Begin(mayWaitForDisk);
        try
        {
            Post(number);
        }
        finally
        {
            RunToCompletion.End();
        }
    }

    public IReadOnlyList<(int Number, Thread By)> WaitFor(int count)
    {
        Assert.True(SpinWait.SpinUntil(() => Done.Count >= count || _overlapped, Limit), $"{Done.Count} of {count} are done");
        Assert.False(_overlapped, "two threads were in a turn at once");
        return Done;
    }

    public void TakeTurn()
    {
        lock (_turns.Gate)
        {
            (_queued, _taken) = (_taken, _queued);
        }

        _overlapped |= Interlocked.Exchange(ref _inTurn, 1) != 0;
        InTurn?.Invoke();
        lock (_done)
        {
            _done.AddRange(_taken.Select(number => (number, Thread.CurrentThread)));
        }

        _taken.Clear();
        Volatile.Write(ref _inTurn, 0);
    }

    public void Dispose()
    {
        lock (_turns.Gate)
        {
            _stopping = true;
            _turns.Wake_NeedsGate();
        }

        Assert.True(_thread.Join(Limit), "the thread does not end");
        Assert.False(_overlapped, "two threads were in a turn at once");
    }

    private void Run()
    {
        while (true)
        {
            lock (_turns.Gate)
            {
                if (_queued.Count == 0 && !_stopping)
                {
                    _turns.Sleep_NeedsGate(Patience);
                }

                if (_queued.Count == 0 && _stopping)
                {
                    return;
                }
            }

            try
            {
                TakeTurn();
            }
            catch (Exception)
            {
                // Its lists were changed by another thread meanwhile; reported where the test waits.
                _overlapped = true;
                return;
            }
        }
    }
}
