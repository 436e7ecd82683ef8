namespace MetaStore.Grpc.Client;

/// <summary>The metadata a server sent with a call; complete when the call has ended.</summary>
public sealed class CallReceipt
{
    /// <summary>What came before the first message.</summary>
    public Metadata Headers { get; internal set; } = Metadata.Empty;

    /// <summary>What came with the status.</summary>
    public Metadata Trailers { get; internal set; } = Metadata.Empty;
}
