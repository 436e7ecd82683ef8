namespace MetaStore.Consensus.Nodes;

/// <summary>One member of three, of one of the compared systems. What is proposed is bytes that begin with an id.</summary>
internal interface IConsensusNode : IAsyncDisposable
{
    /// <summary>True while this member considers itself the leader.</summary>
    bool IsLeader { get; }

    /// <summary>Starts to listen and to take part in elections.</summary>
    Task StartAsync();

    /// <summary>Brings one entry into the log.</summary>
    /// <returns>True when it is committed. False: not acknowledged, whatever becomes of it.</returns>
    ValueTask<bool> ReplicateAsync(ReadOnlyMemory<byte> entry);
}
