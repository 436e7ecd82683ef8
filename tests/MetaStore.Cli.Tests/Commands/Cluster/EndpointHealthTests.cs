using Grpc.Core;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Testing.Certificates;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Commands.Cluster;

public sealed class EndpointHealthTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = Healthy(member.Clear());

    [Fact]
    public async Task Health_IsALinearizableReadOfHealth_AndNoAlarm()
    {
        var (code, output, error) = await _member.RunAsync("endpoint", "health");
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Matches(@"^unix://\S+ is healthy: successfully committed proposal: took = [0-9.]+ms\n$", output);
        var read = Assert.Single(_member.Requests<RangeRequest>("Range"));
        Assert.Equal(("health", false), (read.Key.ToStringUtf8(), read.Serializable));
    }

    [Fact]
    public async Task Health_OfAUserWithoutTheRightToRead_IsGood_AsInEtcdctl()
    {
        _member.On<RangeRequest>("Range", _ => FakeMember.Failure(StatusCode.PermissionDenied, EtcdErrors.PermissionDenied));
        Assert.Equal(0, (await _member.RunAsync("endpoint", "health")).Code);
        Assert.Single(_member.Requests<AlarmRequest>("Alarm"));
    }

    [Fact]
    public async Task Health_Alarms_AreNamed()
    {
        _member.On<AlarmRequest>("Alarm", _ => new AlarmResponse { Alarms = { new AlarmMember { Alarm = AlarmType.Nospace }, new AlarmMember { Alarm = AlarmType.Corrupt } } });
        Assert.Equal(
            (1, $"{_member.Url} is unhealthy: failed to commit proposal: Active Alarm(s): NOSPACE CORRUPT\n", "Error: unhealthy cluster\n"), await _member.RunAsync("endpoint", "health"));
    }

    [Fact]
    public async Task Health_OneOfTwoDoesNotAnswer_IsARowOfItsOwn()
    {
        var words = (string[])["--endpoints", $"unix:///nowhere/socket,{_member.Url}", "--command-timeout=3s", "endpoint", "health", "-w", "json"];
        var (code, output, error) = await InProcess.RunAsync(words);
        Assert.Equal((1, "Error: unhealthy cluster\n"), (code, error));
        Assert.Matches(@"^\[\{""endpoint"":""unix:///nowhere/socket"",""health"":false,""took"":""0ms"",""error"":""[^""]+""\},\{""endpoint"":""unix://[^""]+"",""health"":true,""took"":""[0-9.]+ms""\}\]\n$", output);
    }

    [Fact]
    public async Task Health_OfTlsWithoutAScheme_AsksForSilentMembersByTlsToo()
    {
        using var files = new CertificateFolder();
        using var authority = TestAuthority.Create();
        files.Write("ca.crt", authority.Pem);
        var server = Healthy(new FakeMember()).On<SilentMembersRequest>("Silent", _ => new SilentMembersResponse { Members = { new SilentMember { Id = 1, Refusal = "no quorum" } } });
        var port = FreePorts.Take(1)[0];
        await server.StartTlsAsync(port, authority.IssueServer().Certificate);
        try
        {
            var (code, _, error) = await InProcess.RunAsync("--endpoints", $"127.0.0.1:{port}", "--cacert", files["ca.crt"], "endpoint", "health");
            Assert.Equal(0, code);
            Assert.StartsWith("Hint: member 1 ", error, StringComparison.Ordinal);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static FakeMember Healthy(FakeMember member) => member
        .On<RangeRequest>("Range", _ => new RangeResponse { Header = FakeMember.Header })
        .On<AlarmRequest>("Alarm", _ => new AlarmResponse());
}
