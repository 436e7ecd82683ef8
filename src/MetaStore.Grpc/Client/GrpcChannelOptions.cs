using System.Net.Http;
using System.Net.Security;

namespace MetaStore.Grpc.Client;

/// <summary>Settings of a <see cref="GrpcChannel"/>. Read once, by its constructor.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Largest response message in bytes. Default 2^31-1: etcd does not limit responses either.</summary>
    public int MaxReceiveMessageBytes { get; set; } = int.MaxValue;

    /// <summary>Largest request message in bytes, before compression. Default 2^31-1; the server judges anyway.</summary>
    public int MaxSendMessageBytes { get; set; } = int.MaxValue;

    /// <summary>How long one address may take to connect. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How connections are made instead of TCP to the address; null for that.</summary>
    public Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? ConnectCallback { get; set; }

    /// <summary>Silence after which an open call's connection is pinged. Default 10 s.</summary>
    public TimeSpan KeepAlivePingDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a ping may stay unanswered before the connection counts as broken. Default 10 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Opens further connections when the server's limit of streams on one is reached. Default true.</summary>
    public bool MultipleConnections { get; set; } = true;

    /// <summary>Trust, client certificate and the like for https addresses; null for the platform's defaults.</summary>
    public SslClientAuthenticationOptions? Tls { get; set; }
}
