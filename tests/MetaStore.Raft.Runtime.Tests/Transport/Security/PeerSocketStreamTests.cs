using System.Net;
using System.Net.Sockets;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Raft.Runtime.Tests.Transport.Security;

/// <summary>The stream below TLS between members.</summary>
public sealed class PeerSocketStreamTests
{
    [Fact]
    public async Task Read_WithoutSpace_DoesNotWait()
    {
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using Socket dialled = new(SocketType.Stream, ProtocolType.Tcp);
        await dialled.ConnectAsync(listener.LocalEndPoint!);
        using Socket accepted = await listener.AcceptAsync();
        await using PeerSocketStream stream = new(accepted);
        Assert.Equal(0, await Task.Run(() => stream.Read([])).WaitAsync(TcpPair.Limit));
        dialled.Send([7, 8]);
        byte[] two = new byte[2];
        await Task.Run(() => stream.ReadExactly(two)).WaitAsync(TcpPair.Limit);
        Assert.Equal([7, 8], two);
    }
}
