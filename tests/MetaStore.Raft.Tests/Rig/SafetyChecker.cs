using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Tests.Rig;

/// <summary>The safety properties of the paper (thesis Fig. 3.2), and that confirmed reads are never stale.</summary>
internal sealed class SafetyChecker(List<SimNode> nodes, bool fixedMembership)
{
    // Clusters start after a snapshot at index 1.
    private const ulong FirstIndex = 2;

    private readonly Dictionary<ulong, ulong> _leaders = [];
    private readonly List<Entry> _committed = [];
    private readonly Dictionary<ulong, ulong> _readFloors = [];

    public int CommittedCount => _committed.Count;

    public int ReadsConfirmed { get; private set; }

    public int Elections => _leaders.Count;

    /// <summary>A read that starts now must include everything committed on any node.</summary>
    public void ReadAsked(ulong requestId) => _readFloors[requestId] = nodes.Max(node => node.Core.Status.Commit);

    /// <summary>Election safety (at most one leader per term), leader completeness, and no stale read.</summary>
    public void Observe(SimNode node, Ready ready)
    {
        foreach (ReadState read in ready.ReadStates)
        {
            Assert.True(_readFloors[read.RequestId] <= read.Index, $"stale read {read.RequestId} at node {node.Id}");
            ReadsConfirmed++;
        }

        foreach (RaftEvent happened in ready.Events)
        {
            if (happened.Kind == RaftEventKind.BecameLeader)
            {
                _leaders.TryAdd(happened.Term, node.Id);
                Assert.Equal(_leaders[happened.Term], node.Id);
                LeaderAppeared(node);
            }
        }
    }

    /// <summary>State machine safety: all nodes apply the same entry at an index, and it is durable on a quorum.</summary>
    public void Applied(SimNode node, Entry entry)
    {
        int at = (int)(entry.Index - FirstIndex);
        if (at < _committed.Count)
        {
            Assert.Equal(_committed[at].Term, entry.Term);
            Assert.True(_committed[at].Data.Span.SequenceEqual(entry.Data.Span), $"node {node.Id} applied other data at {entry.Index}");
            return;
        }

        Assert.Equal(_committed.Count, at);
        _committed.Add(entry);
        if (fixedMembership)
        {
            int durable = nodes.Count(other => other.Disk.Holds(entry.Index, entry.Term));
            Assert.True(durable > nodes.Count / 2, $"index {entry.Index} is committed and durable on {durable} of {nodes.Count}");
        }
    }

    /// <summary>Invariants of every leader's state.</summary>
    public void CheckLeaders()
    {
        foreach (SimNode node in nodes)
        {
            Assert.All(node.Core.Status.Followers, follower => Assert.True(follower.Match < follower.Next));
        }
    }

    /// <summary>Log matching: logs with a common entry are equal up to it.</summary>
    public void CheckLogMatching()
    {
        foreach (SimDisk one in nodes.Select(node => node.Volatile))
        {
            foreach (SimDisk two in nodes.Select(node => node.Volatile))
            {
                bool agreed = false;
                ulong low = Math.Max(one.FirstIndex, two.FirstIndex);
                for (ulong index = Math.Min(one.LastIndex, two.LastIndex); index >= low; index--)
                {
                    one.TryGetTerm(index, out ulong termOne);
                    two.TryGetTerm(index, out ulong termTwo);
                    agreed |= termOne == termTwo;
                    Assert.True(!agreed || termOne == termTwo, $"logs part below a shared entry, at {index}");
                }
            }
        }
    }

    // Leader completeness: a committed entry is in the log of every later leader.
    private void LeaderAppeared(SimNode node)
    {
        foreach (Entry entry in _committed)
        {
            Assert.True(
                node.Volatile.Holds(entry.Index, entry.Term) || entry.Term > node.Core.Status.Term,
                $"leader {node.Id} lacks committed entry {entry.Index}");
        }
    }
}
