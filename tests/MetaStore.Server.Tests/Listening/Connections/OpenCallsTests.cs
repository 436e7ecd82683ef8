using MetaStore.Server.Listening;
using MetaStore.Server.Listening.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Listening.Connections;

/// <summary>One connection with many watches must not keep others from a call: above half of the limit only those with few calls get more.</summary>
public sealed class OpenCallsTests
{
    private const int Max = 512;
    private const int Few = Max / 256;

    private readonly OpenCalls _calls = new(Max);

    [Fact]
    public void OneConnection_GetsHalfOfTheLimit_AndOthersTheirFew()
    {
        ClientConnection greedy = Connection(), other = Connection();
        Assert.Equal(Max / 2, OpenAll(greedy));
        Assert.Equal(Few, OpenAll(other));
        Assert.Equal(2, _calls.Refused);
        Assert.Equal((Max / 2) + Few, _calls.Open);
    }

    [Fact]
    public void AtTheLimit_NoneOpensOne_UntilOneIsClosed()
    {
        ClientConnection[] many = [.. Enumerable.Range(0, Max).Select(_ => Connection())];
        Assert.Equal(Max, many.Count(_calls.TryOpen));
        ClientConnection late = Connection();
        Assert.False(_calls.TryOpen(late));
        Assert.False(_calls.TryOpen(null));
        _calls.Close(many[0]);
        Assert.True(_calls.TryOpen(late));
        Assert.Equal(Max, _calls.Open);
    }

    [Fact]
    public void RefusedCall_IsNotCountedAsOpen()
    {
        ClientConnection greedy = Connection();
        OpenAll(greedy);
        Assert.Equal(Max / 2, greedy.Open);
        for (int i = 0; i < Max / 2; i++)
        {
            _calls.Close(greedy);
        }

        Assert.Equal((0, 0), (greedy.Open, _calls.Open));
        Assert.Equal(Max / 2, OpenAll(greedy));
    }

    [Fact]
    public async Task ManyThreads_NeverOpenMoreThanTheLimit()
    {
        int open = 0, most = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 5_000; i++)
            {
                ClientConnection connection = Connection();
                if (_calls.TryOpen(connection))
                {
                    int now = Interlocked.Increment(ref open);
                    for (int seen = Volatile.Read(ref most); now > seen && Interlocked.CompareExchange(ref most, now, seen) != seen; seen = Volatile.Read(ref most))
                    {
                    }

                    Interlocked.Decrement(ref open);
                    _calls.Close(connection);
                }
            }
        })));
        Assert.InRange(most, 1, Max);
        Assert.Equal(0, _calls.Open);
    }

    private static ClientConnection Connection() => new(new DefaultConnectionContext(), new ConnectionLimit(10), new ListenerLog(NullLogger.Instance));

    private int OpenAll(ClientConnection connection)
    {
        int opened = 0;
        while (_calls.TryOpen(connection))
        {
            opened++;
        }

        return opened;
    }
}
