using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Simulation.Clients;

/// <summary>A client that follows a script: one call after the other, each awaited.</summary>
internal abstract class CallingClient
{
    private readonly SimClient _calls;

    protected CallingClient(SimCluster cluster, int number, SimRandom random)
    {
        (Cluster, Random) = (cluster, random);
        _calls = new SimClient(cluster, number, cluster.Clients.Workload) { IsStopped = true };
    }

    /// <summary>True once the client makes no more calls.</summary>
    public bool IsStopped { get; set; }

    /// <summary>True while a call is open.</summary>
    public bool IsWaiting => _calls.IsWaiting;

    protected SimCluster Cluster { get; }

    protected SimRandom Random { get; }

    /// <summary>Starts the client. An exception of the script ends the run.</summary>
    public async void Start()
    {
        while (!IsStopped)
        {
            await ActAsync();
        }
    }

    public void OnCrash(ulong node) => _calls.OnCrash(node);

    /// <summary>One round of the script; awaits something.</summary>
    protected abstract Task ActAsync();

    /// <summary>Waits for a random time.</summary>
    protected Task PauseAsync(long mean) => WaitAsync(Random.Exponential(mean));

    /// <summary>Waits for an exact time.</summary>
    protected Task WaitAsync(long length)
    {
        var over = new TaskCompletionSource();
        Cluster.Kernel.After(length, over.SetResult);
        return over.Task;
    }

    /// <summary>Calls any running node; null when there is none, or when the client was stopped while its script paused.</summary>
    protected async Task<Operation?> CallAsync(ClientCall call)
    {
        if (IsStopped)
        {
            return null;
        }

        SimMachine target = Random.Pick(Cluster.Machines);
        if (!target.IsRunning)
        {
            await PauseAsync(100 * SimKernel.Millisecond);
            return null;
        }

        Operation operation = _calls.Begin(call, target);
        var ended = new TaskCompletionSource();
        operation.Ended = ended.SetResult;
        await ended.Task;
        return operation;
    }

    /// <summary>Writes; true when it is known to have succeeded.</summary>
    protected async Task<bool> WriteAsync(ICommand command) =>
        await CallAsync(new ClientCall(command, default, false)) is { Outcome: Outcome.Done } done
        && !done.Answer.StartsWith("error", StringComparison.Ordinal);
}
