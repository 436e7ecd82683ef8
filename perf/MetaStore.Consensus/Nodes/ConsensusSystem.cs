namespace MetaStore.Consensus.Nodes;

/// <summary>The compared systems.</summary>
internal enum ConsensusSystem
{
    /// <summary>MetaStore's node, write-ahead log and peer transport.</summary>
    MetaStore,

    /// <summary>DotNext.Net.Cluster with its own log: a follower answers before its disk has the entry.</summary>
    DotNext,

    /// <summary>DotNext.Net.Cluster with <see cref="FlushedLog"/>: a follower flushes before it answers.</summary>
    DotNextFlushed,
}
