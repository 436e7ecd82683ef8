using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Simulation.Clients;

/// <summary>A client that writes as a user, whose rights change meanwhile.</summary>
internal sealed class UserClient(SimCluster cluster, int number, SimRandom random) : CallingClient(cluster, number, random)
{
    private string _user = AdministratorClient.Names[0];
    private ulong _proved;

    /// <summary>Auth revision at which a user is proved now: that of any node, which may lag.</summary>
    public static ulong RevisionOf(SimCluster cluster, SimRandom random) =>
        cluster.Machines.Select(machine => machine.Process).OfType<SimProcess>().ToArray() is { Length: > 0 } running
            ? random.Pick(running).State.Reader.Auth.Revision
            : 1;

    protected override async Task ActAsync()
    {
        // As with a token: proved once, then used for a while.
        if (_proved == 0 || Random.Chance(0.2))
        {
            (_user, _proved) = (Random.Pick(AdministratorClient.Names), RevisionOf(Cluster, Random));
        }

        await PauseAsync(Cluster.Features.UserPause / 4);
        await CallAsync(new ClientCall(Next(), default, false) { Identity = AuthIdentity.Of(_user, _proved) });
    }

    private ICommand Next() => Random.Next(10) switch
    {
        < 4 => Cluster.Clients.Workload.Put(Key(), 0) with { PrevKv = Random.Chance(0.5) },
        < 8 => Cluster.Clients.Workload.PutNew(Key(), 0, Random.Chance(0.5) ? Key() : null),
        _ => new DeleteRangeCommand { Key = Key(), RangeEnd = Random.Chance(0.3) ? AdministratorClient.Key(AdministratorClient.Keys) : default, PrevKv = Random.Chance(0.5) },
    };

    private byte[] Key() => AdministratorClient.Key(Random.Next(AdministratorClient.Keys));
}
