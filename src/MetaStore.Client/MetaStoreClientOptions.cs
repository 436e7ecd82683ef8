namespace MetaStore.Client;

/// <summary>How to reach a cluster. Read once, when a client is made; set it up in one thread.</summary>
public sealed record MetaStoreClientOptions
{
    /// <summary>Client URLs of members, http or https. At least one. Order does not matter: calls move on when one fails.</summary>
    public IReadOnlyList<Uri> Endpoints { get; set; } = [];

    /// <summary>Time a single call may take, retries included. Default 5 s; must be positive.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Time a connection may take to open. Default 2 s; must be positive.</summary>
    public TimeSpan DialTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The clock of pauses, renewals and lost leases. Default the system's; tests put their own here.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Options with endpoints as people write them: "host:port,host:port", each also with http:// or without a port (2379).</summary>
    /// <exception cref="FormatException">One of them is none; the message names it.</exception>
    public static MetaStoreClientOptions Parse(string endpoints) => new() { Endpoints = EndpointAddress.ParseList(endpoints) };

    /// <summary>Throws <see cref="ArgumentException"/> when the options cannot work.</summary>
    internal void Validate()
    {
        if (Faults().FirstOrDefault() is { } fault)
        {
            throw new ArgumentException(fault);
        }
    }

    /// <summary>Everything that is wrong, each with an example of what is right.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Endpoints.Count == 0)
        {
            yield return $"{nameof(Endpoints)}: at least one endpoint is needed, such as http://127.0.0.1:2379";
        }

        foreach (var endpoint in Endpoints.Where(endpoint => !endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https")))
        {
            yield return $"{nameof(Endpoints)}: {endpoint} is not an http URL, such as http://127.0.0.1:2379";
        }

        if (CommandTimeout <= TimeSpan.Zero)
        {
            yield return $"{nameof(CommandTimeout)}: must be positive, such as 00:00:05";
        }

        if (DialTimeout <= TimeSpan.Zero)
        {
            yield return $"{nameof(DialTimeout)}: must be positive, such as 00:00:02";
        }
    }
}
