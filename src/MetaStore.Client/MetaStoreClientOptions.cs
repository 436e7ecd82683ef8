using Grpc.Core;
using Grpc.Core.Interceptors;
using MetaStore.Client.Endpoints;
using Microsoft.Extensions.Logging;

namespace MetaStore.Client;

/// <summary>Options of a client. Read once, when a client is created; not thread-safe.</summary>
public sealed record MetaStoreClientOptions
{
    /// <summary>Client URLs of members, http, https or unix. At least one. Order does not matter: calls move on when one fails.</summary>
    public IReadOnlyList<Uri> Endpoints { get; set; } = [];

    /// <summary>Timeout of a single call, retries included. Default 5 s; must be positive.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Timeout of opening a connection. Default 2 s; must be positive.</summary>
    public TimeSpan DialTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Idle time after which the connection of an open call is pinged. Default 10 s; must be positive, and is at least 1 s.
    /// </summary>
    public TimeSpan KeepAliveTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Timeout of a ping. Default 10 s; must be positive, and is at least 1 s.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Largest request in bytes; a larger one fails with ResourceExhausted and is not sent. Default 2^31-1: the server's limit
    /// applies.
    /// </summary>
    public int MaxSendBytes { get; set; } = int.MaxValue;

    /// <summary>Largest response in bytes; a larger one fails with ResourceExhausted. Default 2^31-1.</summary>
    public int MaxReceiveBytes { get; set; } = int.MaxValue;

    /// <summary>
    /// Sends key-value calls that are made at the same time over one stream, where the server has it (MetaStore has, etcd has not): several times the throughput
    /// at a fraction of the cost. Each call keeps its own outcome. Default true. Not done for calls with <see cref="CallCredentials"/> or metadata of
    /// their own, nor with a limit of message sizes. Traces of Grpc.Net.Client show such a stream as one span.
    /// </summary>
    public bool GatherCalls { get; set; } = true;

    /// <summary>
    /// Interceptors of every call of the client, the first one outermost, once for each try; a retry runs them again. None by default.
    /// Shared by all endpoints and used from many threads at once.
    /// </summary>
    public IReadOnlyList<Interceptor> Interceptors { get; set; } = [];

    /// <summary>
    /// User that all calls are made as; null for none. The client requests a token with the first call, and again whenever a server does not accept
    /// it any more. Not used while the server does not check users.
    /// </summary>
    public string? User { get; set; }

    /// <summary>Password of <see cref="User"/>. Sent once for each token, encrypted only over https.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// Credentials sent with each call, such as a token. Null for none. Sent over TLS only, unless
    /// <see cref="UnsafeUseInsecureChannelCallCredentials"/> is set; without TLS they are omitted, with a warning in the log.
    /// </summary>
    public CallCredentials? CallCredentials { get; set; }

    /// <summary>
    /// Security of the channels. Null, the default: TLS with the system's trust for https endpoints, none for http and unix.
    /// </summary>
    public ChannelCredentials? ChannelCredentials { get; set; }

    /// <summary>
    /// What https endpoints are verified by and what they are shown. Null, the default: the system's trust, and no certificate. Not together with
    /// <see cref="HttpHandler"/>, whose own settings count.
    /// </summary>
    public ClientTlsOptions? Tls { get; set; }

    /// <summary>Sends <see cref="CallCredentials"/> without TLS too, where the network can read them. Default false.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }

    /// <summary>
    /// The transport of all endpoints, in place of the client's own, for what only a handler can do, such as a proxy.
    /// Its settings, and not the client's, then determine connect timeout and keepalive; Unix sockets cannot be used. The caller disposes it,
    /// after the client. Null for the client's own.
    /// </summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Logger factory for Grpc.Net.Client; null for no logs. A client from dependency injection uses the application's.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Clock for pauses, renewals and lost leases. Default the system's; tests replace it.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// Options with endpoints as written by users: "host:port,host:port", each also with http:// or without a port (2379).
    /// </summary>
    /// <exception cref="FormatException">One of them is invalid; the message names it.</exception>
    public static MetaStoreClientOptions Parse(string endpoints) => new() { Endpoints = EndpointAddress.ParseList(endpoints) };

    /// <summary>Throws <see cref="ArgumentException"/> when the options are invalid.</summary>
    internal void Validate()
    {
        if (Faults().FirstOrDefault() is { } fault)
        {
            throw new ArgumentException(fault);
        }
    }

    /// <summary>All errors of the options, each with a valid example.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Endpoints.Count == 0)
        {
            yield return $"{nameof(Endpoints)}: at least one endpoint is needed, such as http://127.0.0.1:2379";
        }

        foreach (var endpoint in Endpoints.Where(endpoint => !endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https" or SocketAddress.Scheme)))
        {
            yield return $"{nameof(Endpoints)}: {endpoint} is not an http URL, such as http://127.0.0.1:2379";
        }

        if (HttpHandler is not null && Endpoints.FirstOrDefault(endpoint => endpoint.IsAbsoluteUri && endpoint.Scheme == SocketAddress.Scheme) is { } socket)
        {
            yield return $"{nameof(HttpHandler)}: the endpoint {socket} is a socket, which only the client's own handler can connect to";
        }

        if (User is { Length: 0 } || (User is null && Password is not null))
        {
            yield return $"{nameof(User)}: a password needs the name of a user, such as root";
        }

        if (HttpHandler is not null && Tls is not null)
        {
            yield return $"{nameof(Tls)} and {nameof(HttpHandler)}: give one of the two; a handler has its own TLS settings";
        }

        foreach (var fault in Tls?.Faults() ?? [])
        {
            yield return $"{nameof(Tls)}.{fault}";
        }

        if (CommandTimeout <= TimeSpan.Zero)
        {
            yield return $"{nameof(CommandTimeout)}: must be positive, such as 00:00:05";
        }

        if (DialTimeout <= TimeSpan.Zero)
        {
            yield return $"{nameof(DialTimeout)}: must be positive, such as 00:00:02";
        }

        if (KeepAliveTime <= TimeSpan.Zero || KeepAliveTimeout <= TimeSpan.Zero)
        {
            yield return $"{nameof(KeepAliveTime)} and {nameof(KeepAliveTimeout)}: must be positive, such as 00:00:10";
        }

        if (MaxSendBytes <= 0 || MaxReceiveBytes <= 0)
        {
            yield return $"{nameof(MaxSendBytes)} and {nameof(MaxReceiveBytes)}: must be positive";
        }
    }
}
