using Google.Protobuf;
using Grpc.Core;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Tests.Commands.Leases;

public sealed class LeaseCommandTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = member.Clear();

    [Fact]
    public async Task Grant_SendsTheSeconds_AndPrintsTheServersAnswer()
    {
        _member.On<LeaseGrantRequest>("LeaseGrant", request => new LeaseGrantResponse { ID = 0x1f, TTL = request.TTL + 1 });
        Assert.Equal((0, "lease 000000000000001f granted with TTL(6s)\n", string.Empty), await _member.RunAsync("lease", "grant", "5"));
        Assert.Equal(new LeaseGrantRequest { TTL = 5 }, Assert.Single(_member.Requests<LeaseGrantRequest>("LeaseGrant")));
    }

    [Fact]
    public async Task Revoke_TakesAnIdAsItIsPrinted()
    {
        _member.On<LeaseRevokeRequest>("LeaseRevoke", _ => new LeaseRevokeResponse { Header = FakeMember.Header });
        Assert.Equal((0, "lease ffffffffffffffff revoked\n", string.Empty), await _member.RunAsync("lease", "revoke", "ffffffffffffffff"));
        Assert.Equal(-1, Assert.Single(_member.Requests<LeaseRevokeRequest>("LeaseRevoke")).ID);
    }

    [Fact]
    public async Task TimeToLive_WithKeys_AsksForThem()
    {
        _member.On<LeaseTimeToLiveRequest>("LeaseTimeToLive", request => new LeaseTimeToLiveResponse
        {
            ID = request.ID, TTL = 3, GrantedTTL = 5, Keys = { request.Keys ? [ByteString.CopyFromUtf8("a")] : Array.Empty<ByteString>() },
        });
        Assert.Equal(
            (0, "lease 000000000000000a granted with TTL(5s), remaining(3s), attached keys([a])\n", string.Empty), await _member.RunAsync("lease", "timetolive", "a", "--keys"));
        Assert.Equal((0, "lease 000000000000000a granted with TTL(5s), remaining(3s)\n", string.Empty), await _member.RunAsync("lease", "timetolive", "a"));
    }

    [Fact]
    public async Task KeepAliveOnce_OfALeaseThatIsGone_IsABadConnection()
    {
        _member.On<LeaseKeepAliveRequest>("LeaseKeepAlive", request => new LeaseKeepAliveResponse { ID = request.ID, TTL = 0 });
        Assert.Equal((2, string.Empty, $"Error: {EtcdErrors.LeaseNotFound}\n"), await _member.RunAsync("lease", "keep-alive", "1f", "--once"));
    }

    [Fact]
    public async Task KeepAlive_EndsWithTheLease()
    {
        _member.On<LeaseKeepAliveRequest>("LeaseKeepAlive", request => new LeaseKeepAliveResponse { ID = request.ID, TTL = 0 });
        Assert.Equal((0, "lease 000000000000001f expired or revoked.\n", string.Empty), await _member.RunAsync("lease", "keep-alive", "1f"));
    }

    [Fact]
    public async Task KeepAlive_Interrupted_EndsAfterARenewal()
    {
        using var stop = new CancellationTokenSource();
        _member.On<LeaseKeepAliveRequest>("LeaseKeepAlive", request => new LeaseKeepAliveResponse { ID = request.ID, TTL = 3600 });
        var running = InProcess.RunAsync(["--endpoints", _member.Url, "lease", "keep-alive", "1f"], string.Empty, new Dictionary<string, string>(), stop.Token);
        await MetaStore.Testing.Eventually.TrueAsync(() => _member.Calls.Any(), TimeSpan.FromSeconds(20), () => "no renewal");
        await stop.CancelAsync();
        Assert.Equal(5, (await running).Code);
    }

    [Fact]
    public async Task List_Refused_IsAnError()
    {
        _member.On<LeaseLeasesRequest>("LeaseLeases", _ => FakeMember.Failure(StatusCode.PermissionDenied, EtcdErrors.PermissionDenied));
        Assert.Equal((1, string.Empty, $"Error: {EtcdErrors.PermissionDenied}\n"), await _member.RunAsync("lease", "list", "words are ignored"));
    }

    [Theory]
    [InlineData("lease grant", "lease grant command needs TTL argument")]
    [InlineData("lease grant 5s", "bad TTL (5s), expecting seconds")]
    [InlineData("lease grant 9223372036854775808", "bad TTL (9223372036854775808), expecting seconds")]
    [InlineData("lease revoke", "lease revoke command needs 1 argument")]
    [InlineData("lease revoke 1 2", "lease revoke command needs 1 argument")]
    [InlineData("lease revoke 0x1f", "bad lease ID (0x1f), expecting ID in Hex")]
    [InlineData("lease timetolive", "lease timetolive command needs lease ID as argument")]
    [InlineData("lease keep-alive", "lease keep-alive command needs lease ID as argument")]
    public async Task WrongWords_SendNothing(string words, string why)
    {
        Assert.Equal((128, string.Empty, $"Error: {why}\n"), await _member.RunAsync(words.Split(' ')));
        Assert.Empty(_member.Calls);
    }
}
