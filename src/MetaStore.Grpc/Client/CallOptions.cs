namespace MetaStore.Grpc.Client;

/// <summary>What a client says about one call besides its message. <c>default</c> is a call without limits.</summary>
public readonly record struct CallOptions
{
    /// <summary>Metadata to send; null for none.</summary>
    public Metadata? Headers { get; init; }

    /// <summary>After this time the call fails with DeadlineExceeded on both sides; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Sends request messages gzip-compressed. Off by default: etcd has no decompressor.</summary>
    public bool Compress { get; init; }

    /// <summary>Filled with what the server sends around the messages; null when nobody cares.</summary>
    public CallReceipt? Receipt { get; init; }

    /// <summary>Ends the call; awaiting it then throws <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }
}
