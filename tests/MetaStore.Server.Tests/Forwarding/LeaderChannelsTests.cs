using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using MetaStore.Engines.Memory;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Listening.Tls;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Membership;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Forwarding;

/// <summary>Channels to members, and the connections of such a channel.</summary>
public sealed class LeaderChannelsTests : IDisposable
{
    private readonly MemoryEngine _engine = new();
    private readonly ReplicatedStateMachine _machine;
    private readonly LeaderChannels _channels;

    public LeaderChannelsTests()
    {
        _machine = new ReplicatedStateMachine(_engine);
        _machine.Know(new MemberRecord { Id = 2, ClientUrls = ["http://127.0.0.1:1", "http://127.0.0.1:2"] });
        _machine.Know(new MemberRecord { Id = 3 });
        _channels = new LeaderChannels(_machine.Members, () => null);
    }

    public void Dispose()
    {
        _channels.Dispose();
        _engine.Dispose();
    }

    [Fact]
    public void MemberWithoutAddresses_HasNoChannel()
    {
        Assert.Null(_channels.To(3));
        Assert.Null(_channels.To(4));
    }

    [Fact]
    public void Channel_IsShared_UntilTheAddressesChange()
    {
        object? first = _channels.To(2);
        Assert.NotNull(first);
        Assert.Same(first, _channels.To(2));
        _machine.Know(new MemberRecord { Id = 2, ClientUrls = ["http://127.0.0.1:3"] });
        Assert.NotSame(first, _channels.To(2));
    }

    [Fact]
    public void AfterTheEnd_ThereIsNoChannel()
    {
        _channels.Dispose();
        Assert.Null(_channels.To(2));
    }

    /// <summary>Calls in flight keep their connections over one change of certificates, and lose them with the next.</summary>
    [Fact]
    public void Credentials_ThatChange_GiveAnotherChannel_AndTheFormerEndsWithTheNextChange()
    {
        MemberCredentials? current = null;
        using var channels = new LeaderChannels(_machine.Members, () => current);
        ChannelBase first = channels.To(2)!;
        current = new MemberCredentials(isSelfSigned: true, null, null, null);
        ChannelBase second = channels.To(2)!;
        Assert.NotSame(first, second);
        Assert.Same(second, channels.To(2));
        first.CreateCallInvoker();
        current = new MemberCredentials(isSelfSigned: true, null, null, null);
        Assert.NotSame(second, channels.To(2));
        Assert.Throws<ObjectDisposedException>(() => first.CreateCallInvoker());
        second.CreateCallInvoker();
    }

    /// <summary>A member that announces addresses of both kinds is called over TLS.</summary>
    [Theory]
    [InlineData("http://127.0.0.1:1,https://127.0.0.1:2", "127.0.0.1:2")]
    [InlineData("https://127.0.0.1:2,http://127.0.0.1:1", "127.0.0.1:2")]
    [InlineData("http://127.0.0.1:1,http://127.0.0.1:3", "127.0.0.1:1")]
    public void Addresses_WithTls_ArePreferred(string urls, string target)
    {
        _machine.Know(new MemberRecord { Id = 5, ClientUrls = urls.Split(',') });
        Assert.Equal(target, _channels.To(5)!.Target);
    }

    [Fact]
    public async Task Connection_GoesToTheFirstAddressThatAnswers()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int closed = FreePorts.Take(1)[0];
        Uri[] urls = [new($"http://127.0.0.1:{closed}"), new($"http://{listener.LocalEndpoint}")];
        using SocketsHttpHandler handler = MemberConnections.Handler(urls, credentials: null);
        await using Stream connected = await handler.ConnectCallback!(null!, CancellationToken.None);
        using TcpClient accepted = await listener.AcceptTcpClientAsync();
        Assert.True(accepted.Connected);
    }

    [Fact]
    public async Task Connection_ToNoAddress_FailsWithTheLastError()
    {
        int closed = FreePorts.Take(1)[0];
        using SocketsHttpHandler handler = MemberConnections.Handler([new Uri($"http://127.0.0.1:{closed}")], credentials: null);
        await Assert.ThrowsAsync<SocketException>(async () => await handler.ConnectCallback!(null!, CancellationToken.None));
    }
}
