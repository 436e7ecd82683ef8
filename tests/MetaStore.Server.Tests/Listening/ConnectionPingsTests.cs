using MetaStore.Server.Listening.Pings;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Listening;

/// <summary>What a client that pings too often is sent: grpc-go's GOAWAY, byte by byte.</summary>
public sealed class ConnectionPingsTests
{
    private readonly ActiveCalls _calls = new();
    private readonly ConnectionPings _pings;

    public ConnectionPingsTests() => _pings = new ConnectionPings(new PingPolicy(TimeSpan.FromMinutes(5), new FakeTimeProvider()), _calls);

    [Fact]
    public void GoAway_HasTheLastStream_TheCodeAndTheTextThatClientsKnow()
    {
        _pings.OnStream(5);
        _pings.OnStream(0x01020304);
        _pings.OnStream(7);
        byte[] frame = _pings.GoAway();
        Assert.Equal([0, 0, 22, 7, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0xB, .. "too_many_pings"u8], frame);
    }

    [Fact]
    public void FourthPingAtOnce_IsTheEnd_AndStaysIt()
    {
        _calls.Begin();
        for (int ping = 0; ping < 3; ping++)
        {
            _pings.OnPing();
            Assert.False(_pings.IsOver);
        }

        _pings.OnPing();
        Assert.True(_pings.IsOver);
        _pings.OnSent(100_000);
        _pings.OnPing();
        Assert.True(_pings.IsOver);
    }

    [Fact]
    public void DataToTheClient_BetweenPings_MakesThemFree()
    {
        for (int ping = 0; ping < 20; ping++)
        {
            _pings.OnSent(PingPolicy.FrameBytes + 100);
            _pings.OnPing();
        }

        Assert.False(_pings.IsOver);
    }

    [Fact]
    public void Calls_AreCountedUntilTheyEnd()
    {
        _calls.Begin();
        _calls.Begin();
        _calls.End();
        Assert.Equal(1, _calls.Count);
    }
}
