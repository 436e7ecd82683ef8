using MetaStore.IO;
using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Nodes;

/// <summary>The threads of a node as events: the raft thread, the apply thread and ticks.</summary>
internal sealed class SimTurns
{
    private readonly SimProcess _process;
    private readonly SimCluster _cluster;
    private readonly Action _turnRaft;
    private readonly Action _turnApply;
    private readonly Action _tick;
    private readonly Action _turnNode;
    private readonly Action _turnApplying;
    private bool _raftIsDue;
    private bool _applyIsDue;

    public SimTurns(SimProcess process)
    {
        (_process, _cluster) = (process, process.Cluster);
        (_turnRaft, _turnApply, _tick) = (TurnRaft, TurnApply, OnTick);
        (_turnNode, _turnApplying) = (() => process.Node.RunOnce(), () => process.Applying.Turn(TimeSpan.Zero));
    }

    /// <summary>Starts everything.</summary>
    public void Start()
    {
        WakeRaft();
        Tick();
    }

    /// <summary>The raft thread has something to do.</summary>
    public void WakeRaft()
    {
        if (!_raftIsDue)
        {
            _raftIsDue = true;
            _process.Schedule(StepDelay(), _turnRaft);
        }
    }

    /// <summary>The apply thread has something to do.</summary>
    public void WakeApply()
    {
        if (!_applyIsDue)
        {
            _applyIsDue = true;
            _process.Schedule(StepDelay(), _turnApply);
        }
    }

    private void TurnRaft()
    {
        _raftIsDue = false;
        _process.Guard(_turnNode, () => ExitCodes.InvariantBroken);
        if (_process.IsAlive)
        {
            _cluster.Checks.Turned(_process);
            if (_process.Node.Driver.HasPendingWork)
            {
                WakeRaft();
            }
        }
    }

    private void TurnApply()
    {
        _applyIsDue = false;
        _process.Guard(_turnApplying, () => ExitCodes.InvariantBroken);
        if (_process.IsAlive)
        {
            _cluster.SawApplied(_process);
            _cluster.Checks.Applied(_process);
            if (_process.State.HasCompactionWork)
            {
                _process.Schedule(10 * SimKernel.Millisecond, WakeApply);
            }

            WakeRaft();
        }
    }

    private void Tick() => _process.Schedule(_process.Time.InTrueTime(_cluster.Swarm.Heartbeat), _tick);

    private void OnTick()
    {
        WakeRaft();
        Tick();
    }

    private long StepDelay()
    {
        long delay = _cluster.Random.Exponential(_cluster.Swarm.StepTime);
        return _cluster.Random.Chance(_cluster.Swarm.LateStep) ? delay * 200 : delay;
    }
}
