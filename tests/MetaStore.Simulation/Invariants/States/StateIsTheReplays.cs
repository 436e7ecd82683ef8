using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Nodes;
using MetaStore.StateMachine.Leases;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Simulation.Invariants.States;

/// <summary>At the end the state of a node with the whole log equals the reference store's: keys, revisions, compacted revision, leases, users and roles.</summary>
/// <remarks>One node is enough: the others are compared by <see cref="ReplicasAgree"/>.</remarks>
internal sealed class StateIsTheReplays(SimCluster cluster) : Invariant(cluster)
{
    private static readonly byte[] FirstKey = [0];

    /// <summary>Compares with the replay of the committed log.</summary>
    public void Compare(ReplayedLog log)
    {
        ReferenceStore replayed = log.Store;
        var query = new RangeQuery { Key = FirstKey, RangeEnd = FirstKey };
        string wanted = Text(replayed.Revision, replayed.Compacted, replayed.Read(query, replayed.Revision), replayed.Leases.Describe(), log.Users.Describe());
        SimProcess? process = Cluster.Machines.Select(machine => machine.Process)
            .FirstOrDefault(process => process?.State.Reader.AppliedIndex == Cluster.Committed.LastIndex);
        if (process is not null)
        {
            string found = Of(process, query);
            Require(found == wanted, $"node {process.Machine.Id} holds {found}; the log says {wanted}");
        }
    }

    private static string Of(SimProcess process, in RangeQuery query)
    {
        using ReadTxn read = process.State.Reader.OpenRead();
        Lessor lessor = process.State.Leases;
        return Text(
            read.Revision,
            read.CompactedRevision,
            AnswerText.Of(read.Range(query)),
            lessor.List().Select(lease => ReferenceLeases.Describe(lease.Id, lease.Ttl, lessor.KeysOf(lease.Id).Select(key => AnswerText.Show(key)))),
            ReferenceUsers.Describe(read.Auth));
    }

    private static string Text(long revision, long compacted, string pairs, IEnumerable<string> leases, string users) =>
        $"revision {revision}, compacted {compacted}, {pairs}; leases {string.Join(", ", leases)}; {users}";
}
