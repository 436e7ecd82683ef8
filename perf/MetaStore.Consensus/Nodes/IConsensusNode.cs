namespace MetaStore.Consensus.Nodes;

/// <summary>One of three members, of one of the compared systems. A proposal is bytes that begin with an id.</summary>
internal interface IConsensusNode : IAsyncDisposable
{
    /// <summary>True while this member considers itself the leader.</summary>
    bool IsLeader { get; }

    /// <summary>Starts to listen and to take part in elections.</summary>
    Task StartAsync();

    /// <summary>Proposes one entry.</summary>
    /// <returns>True when it is committed. False: not acknowledged; it may still be committed.</returns>
    ValueTask<bool> ReplicateAsync(ReadOnlyMemory<byte> entry);
}
