using System.Net;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Listening;

/// <summary>All log messages of the listeners.</summary>
internal sealed partial class ListenerLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Method {Method} threw an exception; the client got status Unknown.")]
    public partial void MethodFailed(string method, Exception exception);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Listening for gRPC and HTTP on {EndPoint}.")]
    public partial void Listening(EndPoint? endPoint);

    [LoggerMessage(EventId = 3, Level = LogLevel.Debug, Message = "Closed connection from {Remote}: it sent nothing for {Seconds} s.")]
    public partial void SilentConnection(EndPoint? remote, double seconds);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "Closed connection from {Remote}: it started a TLS handshake on a port without TLS.")]
    public partial void TlsOnCleartextPort(EndPoint? remote);

    [LoggerMessage(EventId = 9, Level = LogLevel.Warning, Message = "Closed connection from {Remote}: too many pings; the minimum interval is {Seconds} s.")]
    public partial void TooManyPings(EndPoint? remote, double seconds);

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "The handler of {Path} threw an exception; the client got status 500.")]
    public partial void FallbackFailed(string path, Exception exception);

    [LoggerMessage(EventId = 6, Level = LogLevel.Warning, Message = "Rejected a connection to {EndPoint}: {Max} client connections are already open; {Refused} were rejected since the start. See --max-client-connections.")]
    public partial void TooManyConnections(EndPoint endPoint, int max, long refused);

    [LoggerMessage(EventId = 7, Level = LogLevel.Error, Message = "No connections are accepted on {EndPoint}: out of file descriptors. Raise the limit of open files.")]
    public partial void NoDescriptor(EndPoint endPoint);

    [LoggerMessage(EventId = 8, Level = LogLevel.Warning, Message = "Closed connection from {Remote}: {Why}.")]
    public partial void ConnectionAborted(EndPoint? remote, string why);
}
