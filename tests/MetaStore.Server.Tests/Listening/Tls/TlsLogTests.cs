using System.Net;
using MetaStore.Server.Listening.Tls;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Listening.Tls;

/// <summary>Lines that clients can cause come once a second for each kind, with the number of those left out.</summary>
public sealed class TlsLogTests
{
    private static readonly IPEndPoint Remote = new(IPAddress.Loopback, 7);

    private readonly FakeTimeProvider _time = new();
    private readonly LogSink _sink = new();
    private readonly TlsLog _log;

    public TlsLogTests() => _log = new TlsLog(_sink, _time);

    [Fact]
    public void ManyOfOneKind_AreOneLineASecond()
    {
        for (int i = 0; i < 5; i++)
        {
            _log.ClientRefused(Remote, "it has expired", "CN=alice", "01");
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        _log.ClientRefused(Remote, "it has expired", "CN=alice", "01");
        Assert.Equal(
            [
                "Refused the client certificate of 127.0.0.1:7: it has expired. Subject CN=alice, serial 01. 0 such lines were left out. ",
                "Refused the client certificate of 127.0.0.1:7: it has expired. Subject CN=alice, serial 01. 4 such lines were left out. ",
            ],
            _sink.Lines);
    }

    [Fact]
    public void Kinds_DoNotHinderEachOther()
    {
        _log.ClientRefused(Remote, "why", "CN=alice", "01");
        _log.Cleartext(Remote);
        _log.ClientClosed(Remote, "why", "CN=alice", "01");
        _log.Cleartext(Remote);
        Assert.Equal(3, _sink.Lines.Count);
    }

    /// <summary>A connection of a client and one of a member are closed for the same reason: together they are one kind.</summary>
    [Fact]
    public void ClosedConnections_AreOneKind()
    {
        _log.PeerClosed("why", "CN=m1", "01");
        _log.ClientClosed(Remote, "why", "CN=alice", "02");
        Assert.StartsWith("Closed a connection with another member", Assert.Single(_sink.Lines), StringComparison.Ordinal);
    }
}
