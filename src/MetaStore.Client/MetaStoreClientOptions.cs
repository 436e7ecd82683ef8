namespace MetaStore.Client;

/// <summary>How to reach a cluster.</summary>
public sealed record MetaStoreClientOptions
{
    /// <summary>Client URLs of members, http only for now. At least one. Order does not matter: calls move on when one fails.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>Time a single call may take, retries included. Default 5 s; must be positive.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time a connection may take to open. Default 2 s; must be positive.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Throws <see cref="ArgumentException"/> when the options cannot work.</summary>
    internal void Validate()
    {
        if (Endpoints.Count == 0)
        {
            throw new ArgumentException("at least one endpoint is needed, such as http://127.0.0.1:2379");
        }

        if (CommandTimeout <= TimeSpan.Zero || DialTimeout <= TimeSpan.Zero)
        {
            throw new ArgumentException("timeouts must be positive, such as 5s");
        }
    }
}
