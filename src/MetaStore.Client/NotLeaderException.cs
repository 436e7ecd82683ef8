namespace MetaStore.Client;

/// <summary>A candidate that is not the leader (any more) tried to publish a value.</summary>
public sealed class NotLeaderException : Exception
{
    /// <summary>Creates the exception; the text is etcd's.</summary>
    public NotLeaderException()
        : base("election: not leader")
    {
    }
}
