using MetaStore.IO;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Runtime.Node.Inbox;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>The raft thread: waits for inputs or the next tick, and runs the driver.</summary>
internal sealed class RaftLoop
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
        catch (UnreadableEntryException e)
        {
            _options.Fatal.OnFatal(ExitCodes.InvariantBroken, e.Message);
        }
        catch (Exception e)
        {
            // A broken invariant: continuing could lose or corrupt data.
            _options.Fatal.OnFatal(ExitCodes.InvariantBroken, $"raft thread of member {_options.NodeId:x16}: {e}");
        }
    }
}
