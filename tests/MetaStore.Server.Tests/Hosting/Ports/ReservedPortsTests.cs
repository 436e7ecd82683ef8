using System.Net;
using System.Net.Sockets;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Hosting;
using MetaStore.Server.Hosting.Ports;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Hosting.Ports;

/// <summary>Ports that are reserved before a member writes anything: they refuse clients, and other processes cannot take them.</summary>
public sealed class ReservedPortsTests
{
    private readonly int[] _ports = FreePorts.Take(2);

    [Fact]
    public async Task ReservedPort_RefusesClients_UntilItIsTaken()
    {
        using ReservedPorts ports = ReservedPorts.Of(Member(), isShared: false);
        using (var early = new TcpClient())
        {
            Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => early.ConnectAsync(IPAddress.Loopback, _ports[0]))).SocketErrorCode);
        }

        using Socket listener = ports.Take(new IPEndPoint(IPAddress.Loopback, _ports[0]));
        listener.Listen();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _ports[0]);
        using Socket accepted = await listener.AcceptAsync();
        Assert.True(accepted.Connected);
    }

    [Theory]
    [InlineData(0, "--listen-client-urls")]
    [InlineData(1, "--listen-peer-urls")]
    public void PortInUse_IsNamedWithItsFlag_AndTheOthersAreFreeAgain(int taken, string flag)
    {
        using (var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            other.Bind(new IPEndPoint(IPAddress.Loopback, _ports[taken]));
            other.Listen();
            StartException refused = Assert.Throws<StartException>(() => ReservedPorts.Of(Member(), isShared: false));
            Assert.Equal(64, refused.ExitCode);
            Assert.StartsWith($"{flag} http://127.0.0.1:{_ports[taken]}: cannot listen there: ", refused.Message, StringComparison.Ordinal);
        }

        ReservedPorts.Of(Member(), isShared: false).Dispose();
    }

    [Fact]
    public void SecondMember_OnTheSamePorts_IsRefused_UnlessBothShareThem()
    {
        using (ReservedPorts first = ReservedPorts.Of(Member(), isShared: false))
        {
            Assert.Throws<StartException>(() => ReservedPorts.Of(Member(), isShared: false));
        }

        using (ReservedPorts first = ReservedPorts.Of(Member(), isShared: true))
        {
            ReservedPorts.Of(Member(), isShared: true).Dispose();
        }
    }

    [Fact]
    public void AddressThatIsNotLocal_IsRefused()
    {
        MemberOptions member = Member();
        member.ListenClientUrls = [EndpointUrl.Of($"http://192.0.2.1:{_ports[0]}")];
        Assert.StartsWith($"--listen-client-urls http://192.0.2.1:{_ports[0]}: cannot listen there: ", Assert.Throws<StartException>(() => ReservedPorts.Of(member, isShared: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HttpAndHttps_OfOneAddress_AreReservedOnce()
    {
        MemberOptions member = Member();
        member.ListenClientUrls = [EndpointUrl.Of($"http://127.0.0.1:{_ports[0]}"), EndpointUrl.Of($"https://127.0.0.1:{_ports[0]}")];
        using ReservedPorts ports = ReservedPorts.Of(member, isShared: false);
        using Socket taken = ports.Take(new IPEndPoint(IPAddress.Loopback, _ports[0]));
        Assert.Throws<InvalidOperationException>(() => ports.Take(new IPEndPoint(IPAddress.Loopback, _ports[0])));
    }

    [Fact]
    public void PortZero_IsAPortForEachAddress_TakenInTheirOrder()
    {
        MemberOptions member = Member();
        member.ListenClientUrls = [EndpointUrl.Of("http://127.0.0.1:0"), EndpointUrl.Of("http://127.0.0.1:0")];
        using ReservedPorts ports = ReservedPorts.Of(member, isShared: false);
        using Socket first = ports.Take(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket second = ports.Take(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.NotEqual(((IPEndPoint)first.LocalEndPoint!).Port, ((IPEndPoint)second.LocalEndPoint!).Port);
        Assert.NotEqual(_ports[1], ((IPEndPoint)first.LocalEndPoint!).Port);
    }

    [Fact]
    public void Dispose_ClosesWhatWasNotTaken_AndNothingElse()
    {
        ReservedPorts ports = ReservedPorts.Of(Member(), isShared: false);
        using Socket taken = ports.Take(new IPEndPoint(IPAddress.Loopback, _ports[0]));
        ports.Dispose();
        ports.Dispose();
        taken.Listen();
        using var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, _ports[1]));
        free.Listen();
    }

    private MemberOptions Member() => new()
    {
        ListenClientUrls = [EndpointUrl.Of($"http://127.0.0.1:{_ports[0]}")],
        ListenPeerUrls = [EndpointUrl.Of($"http://127.0.0.1:{_ports[1]}")],
    };
}
