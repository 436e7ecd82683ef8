using MetaStore.IO;
using MetaStore.IO.Turns;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Runtime.Node.Inbox;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>The raft thread: waits for inputs or the next tick, and runs the driver. While it sleeps, a thread that brought inputs may run the driver for it.</summary>
internal sealed class RaftLoop : ITurnWorker
{
    private readonly RaftNodeOptions _options;
    private readonly NodeMailbox _mailbox;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private Ticker? _ticker;
    private Func<int>? _takeTicks;
    private NodeInbox _spare = new();

    public RaftLoop(RaftNodeOptions options, NodeMailbox mailbox, RaftDriver driver, TimeProvider time)
    {
        _options = options;
        _mailbox = mailbox;
        _time = time;
        Driver = driver;
        mailbox.Turns.Worker = this;
        _thread = new Thread(Run) { IsBackground = true, Name = "raft" };
    }

    /// <summary>The work done on the thread.</summary>
    public RaftDriver Driver { get; }

    public void Start() => _thread.Start();

    public void Stop()
    {
        NodeInbox left = _mailbox.Close();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        Driver.Stop(left);
    }

    /// <summary>Starts counting ticks and handles the initial Ready.</summary>
    internal void StartTicking()
    {
        _ticker = new Ticker(_time, _options.HeartbeatInterval, Math.Max(1, _options.ElectionTicks / 2));
        _takeTicks = _ticker.Take;
        Driver.Start();
    }

    /// <summary>One iteration with all queued inputs.</summary>
    /// <param name="mayWait">True: without input, sleeps until there is some or the next tick is due.</param>
    /// <returns>False when the mailbox is closed.</returns>
    internal bool RunOnce(bool mayWait)
    {
        TimeSpan timeout = mayWait && !Driver.HasPendingWork ? _ticker!.UntilNext : TimeSpan.Zero;
        if (_mailbox.Take(_spare, timeout) is not { } inbox)
        {
            return false;
        }

        Driver.RunOnce(inbox, _takeTicks!);
        _spare = inbox;
        return true;
    }

    /// <summary>An iteration never waits.</summary>
    bool ITurnWorker.MayBeLent => Driver.MayBeLent;

    /// <summary>One iteration on a thread that brought inputs.</summary>
    void ITurnWorker.TakeTurn()
    {
        if (_mailbox.TakeNow() is not { } inbox)
        {
            return;
        }

        try
        {
            Driver.RunOnce(inbox, _takeTicks!);
            _mailbox.Return(inbox);
            if (Driver.HasPendingWork)
            {
                _mailbox.Wake();
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private void Run()
    {
        try
        {
            StartTicking();
            while (RunOnce(mayWait: true))
            {
                // Each iteration does its own waiting.
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <summary>A broken invariant: continuing could lose or corrupt data.</summary>
    private void Fail(Exception broken)
    {
        _mailbox.Close();
        _options.Fatal.OnFatal(
            ExitCodes.InvariantBroken, broken is UnreadableEntryException ? broken.Message : $"raft thread of member {_options.NodeId:x16}: {broken}");
    }
}
