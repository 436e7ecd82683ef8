using MetaStore.Cli.CommandLine;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Targets of the puts and their connections: the leader, which is looked up before and after each load, or all voters.</summary>
internal sealed class PutTargets(ComparedMembers members, bool spreads) : IDisposable
{
    private const int CallersPerConnection = 64;
    private const int ConnectionsMax = 8;

    /// <summary>An election takes a second or two; after this many attempts no leader is expected.</summary>
    private const int LooksMax = 100;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private IReadOnlyList<MetaStoreClient> _connections = [];

    /// <summary>Leader and term: another value means that there was an election.</summary>
    public (ulong Leader, ulong Term) Leadership { get; private set; }

    /// <summary>Target of the puts, for reports.</summary>
    public string Name { get; private set; } = string.Empty;

    /// <summary>Looks up the leader, and reconnects when it has changed.</summary>
    /// <returns>The status of every member.</returns>
    /// <exception cref="UsageException">No member leads.</exception>
    public async Task<IReadOnlyList<StatusResponse>> LookAsync(CancellationToken cancellation)
    {
        var (status, leader) = await FindAsync(cancellation);
        var now = (leader.Id, status.Max(answer => answer.RaftTerm));
        if (now == Leadership && _connections.Count > 0)
        {
            return status;
        }

        // A learner accepts no puts.
        ComparedMember[] targets = spreads ? [.. members.All.Where((_, number) => !status[number].IsLearner)] : [leader];
        Dispose();
        _connections =
        [
            .. Enumerable.Range(0, Math.Max(ConnectionsMax, targets.Length))
                .Select(number => targets[number % targets.Length])
                .Select(member => member.Client.At(member.Endpoint.Address)),
        ];
        Leadership = now;
        Name = spreads ? $"all {targets.Length} voters" : $"the leader, {leader.Endpoint.ShortName}";
        return status;
    }

    /// <summary>The connections shared by this number of callers.</summary>
    public IReadOnlyList<MetaStoreClient> For(int callers)
    {
        var needed = Math.Min(ConnectionsMax, (callers + CallersPerConnection - 1) / CallersPerConnection);
        return [.. _connections.Take(Math.Max(spreads ? members.All.Count : 1, needed))];
    }

    private async Task<(StatusResponse[] Status, ComparedMember Leader)> FindAsync(CancellationToken cancellation)
    {
        for (var look = 1; ; look++)
        {
            var status = await members.StatusAsync(cancellation);
            if (members.LeaderAmong(status) is { } leader)
            {
                return (status, leader);
            }

            if (look == LooksMax)
            {
                throw new UsageException("none of the members leads, or the leader is not among the endpoints: there is nothing to measure", ExitCodes.Error);
            }

            await Task.Delay(BetweenLooks, cancellation);
        }
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        _connections = [];
    }
}
