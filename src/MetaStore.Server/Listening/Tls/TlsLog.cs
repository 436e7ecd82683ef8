using System.Net;
using MetaStore.Server.Observability.Logging;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Listening.Tls;

/// <summary>Every log line of TLS. What clients can cause is limited: one line per kind and second, with the number of those left out.</summary>
internal sealed partial class TlsLog(ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = logger;
    private readonly LogInterval _refused = new(Second, time);
    private readonly LogInterval _failed = new(Second, time);
    private readonly LogInterval _cleartext = new(Second, time);
    private readonly LogInterval _closed = new(Second, time);

    public void ClientRefused(EndPoint? remote, string why, string subject, string serial)
    {
        if (_refused.TryTake(out var leftOut))
        {
            ClientRefused(remote, why, subject, serial, leftOut);
        }
    }

    public void HandshakeFailed(EndPoint? remote, string why)
    {
        if (_failed.TryTake(out var leftOut))
        {
            HandshakeFailed(remote, why, leftOut);
        }
    }

    public void Cleartext(EndPoint? remote)
    {
        if (_cleartext.TryTake(out var leftOut))
        {
            Cleartext(remote, leftOut);
        }
    }

    public void PeerClosed(string why, string subject, string serial)
    {
        if (_closed.TryTake(out var leftOut))
        {
            PeerClosed(why, subject, serial, leftOut);
        }
    }

    public void ClientClosed(EndPoint? remote, string why, string subject, string serial)
    {
        if (_closed.TryTake(out var leftOut))
        {
            ClientClosed(remote, why, subject, serial, leftOut);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "TLS on the {Port} port: certificate {Subject}, serial {Serial}, valid until {Until}; certificates of those that connect {Clients}.")]
    public partial void Ready(string port, string subject, string serial, DateTime until, string clients);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Read again: {What}. New connections use it.")]
    public partial void Reloaded(string what);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "The new contents are not used, the former ones stay in force: {Why}.")]
    public partial void ReloadFailed(string why);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "{Why}. Until it can be read, every certificate is refused.")]
    public partial void ListsMissing(string why);

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "A revocation list of {File} is past its next update. {Consequence}")]
    public partial void ListsStale(string file, string consequence);

    [LoggerMessage(EventId = 6, Level = LogLevel.Debug, Message = "Closed connection from {Remote}: no TLS handshake began within {Seconds} s.")]
    public partial void Silent(EndPoint? remote, double seconds);

    [LoggerMessage(EventId = 7, Level = LogLevel.Warning, Message = "Refused the client certificate of {Remote}: {Why}. Subject {Subject}, serial {Serial}. {LeftOut} such lines were left out.")]
    private partial void ClientRefused(EndPoint? remote, string why, string subject, string serial, long leftOut);

    [LoggerMessage(EventId = 8, Level = LogLevel.Information, Message = "The TLS handshake with {Remote} failed: {Why}. {LeftOut} such lines were left out.")]
    private partial void HandshakeFailed(EndPoint? remote, string why, long leftOut);

    [LoggerMessage(EventId = 9, Level = LogLevel.Warning, Message = "Closed connection from {Remote}: it is cleartext, and the address is for https alone. {LeftOut} such lines were left out.")]
    private partial void Cleartext(EndPoint? remote, long leftOut);

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning, Message = "Closed the connection of {Remote}: its certificate is no longer accepted: {Why}. Subject {Subject}, serial {Serial}. {LeftOut} such lines were left out.")]
    private partial void ClientClosed(EndPoint? remote, string why, string subject, string serial, long leftOut);

    [LoggerMessage(EventId = 11, Level = LogLevel.Warning, Message = "Closed a connection with another member: its certificate is no longer accepted: {Why}. Subject {Subject}, serial {Serial}. {LeftOut} such lines were left out.")]
    private partial void PeerClosed(string why, string subject, string serial, long leftOut);
}
