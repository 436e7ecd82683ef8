using Grpc.Core;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Tests.Commands.Cluster;

/// <summary>endpoint status, endpoint hashkv, move-leader, defrag and alarm: verbs about single members.</summary>
public sealed class EndpointStatusTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = member.Clear()
        .On<StatusRequest>("Status", _ => new StatusResponse { Header = FakeMember.Header, Leader = 2, Version = "3.6.0", DbSize = 1000, DbSizeInUse = 250, RaftIndex = 8, RaftAppliedIndex = 7, RaftTerm = 3 });

    [Fact]
    public async Task Status_OneDoesNotAnswer_TheOthersArePrinted()
    {
        var words = (string[])["--endpoints", $"{_member.Url},unix:///nowhere/socket", "--command-timeout=2s", "endpoint", "status"];
        var (code, output, error) = await InProcess.RunAsync(words);
        Assert.Equal(1, code);
        Assert.Equal($"{_member.Url}, 2, 3.6.0, , 1.0 kB, 250 B, 75%, 0 B, true, false, 3, 8, 7, , , false\n", output);
        Assert.StartsWith("Failed to get the status of endpoint unix:///nowhere/socket (", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_OfTheCluster_AsksEveryClientUrlOfTheMembers()
    {
        _member.On<MemberListRequest>("MemberList", _ => new MemberListResponse { Members = { new Member { ClientURLs = { _member.Url, _member.Url } }, new Member() } });
        var (code, output, _) = await _member.RunAsync("endpoint", "status", "--cluster");
        Assert.Equal((0, 2), (code, output.Split('\n').Length - 1));
    }

    [Fact]
    public async Task HashKv_SendsTheRevision_AndPrintsWhatItIsOf()
    {
        _member.On<HashKVRequest>("HashKV", request => new HashKVResponse { Header = FakeMember.Header, Hash = 17, HashRevision = request.Revision, CompactRevision = 1 });
        Assert.Equal((0, $"{_member.Url}, 17, 5, 1\n", string.Empty), await _member.RunAsync("endpoint", "hashkv", "--rev=5"));
        var (_, fields, _) = await _member.RunAsync("endpoint", "hashkv", "-w", "fields");
        Assert.EndsWith($"\"Endpoint\" : \"{_member.Url}\"\n\"Hash\" : 17\n\"HashRevision\" : 0\n\n", fields, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MoveLeader_GoesToTheLeader_NotToAMemberThatDoesNotAnswer()
    {
        _member.On<MoveLeaderRequest>("MoveLeader", _ => new MoveLeaderResponse());
        var words = (string[])["--endpoints", $"unix:///nowhere/socket,{_member.Url}", "--command-timeout=2s", "move-leader", "ab"];
        Assert.Equal((0, "Leadership transferred from 2 to ab\n", string.Empty), await InProcess.RunAsync(words));
        Assert.Equal(0xabUL, Assert.Single(_member.Requests<MoveLeaderRequest>("MoveLeader")).TargetID);
    }

    [Fact]
    public async Task MoveLeader_WithoutTheLeaderAmongTheEndpoints_SendsNothing()
    {
        _member.On<StatusRequest>("Status", _ => new StatusResponse { Header = FakeMember.Header, Leader = 7 });
        Assert.Equal((128, string.Empty, $"Error: no leader endpoint given at {_member.Url}\n"), await _member.RunAsync("move-leader", "ab"));
        Assert.Equal((128, string.Empty, "Error: move-leader command needs 1 argument\n"), await _member.RunAsync("move-leader"));
        Assert.Equal(["Status"], _member.Calls);
    }

    [Fact]
    public async Task MoveLeader_StatusRefused_IsReported()
    {
        _member.On<StatusRequest>("Status", _ => FakeMember.Failure(StatusCode.PermissionDenied, "etcdserver: permission denied"));
        Assert.Equal((1, string.Empty, "Error: etcdserver: permission denied\n"), await _member.RunAsync("move-leader", "ab"));
    }

    [Fact]
    public async Task Defrag_OneFails_TheOthersAreDone()
    {
        var calls = 0;
        _member.On<DefragmentRequest>("Defragment", _ => ++calls == 1 ? FakeMember.Failure(StatusCode.Internal, "disk") : new DefragmentResponse());
        var (code, output, error) = await InProcess.RunAsync("--endpoints", $"{_member.Url},{_member.Url}", "defrag");
        Assert.Equal((1, $"Failed to defragment etcd member[{_member.Url}] (disk)\n"), (code, error));
        Assert.Matches(@"^Finished defragmenting etcd member\[unix://\S+\]\. took [0-9.]+ms\n$", output);
    }

    [Fact]
    public async Task AlarmDisarm_ClearsEachRaisedOne_AndPrintsWhatWasCleared()
    {
        _member.On<AlarmRequest>("Alarm", request => request.Action == AlarmRequest.Types.AlarmAction.Get
            ? new AlarmResponse { Alarms = { new AlarmMember { MemberID = 5, Alarm = AlarmType.Nospace }, new AlarmMember { MemberID = 6, Alarm = AlarmType.Corrupt } } }
            : new AlarmResponse { Alarms = { new AlarmMember { MemberID = request.MemberID, Alarm = request.Alarm } } });
        Assert.Equal((0, "memberID:5 alarm:NOSPACE \nmemberID:6 alarm:CORRUPT \n", string.Empty), await _member.RunAsync("alarm", "disarm"));
        Assert.Equal((128, string.Empty, "Error: alarm disarm command accepts no arguments\n"), await _member.RunAsync("alarm", "disarm", "5"));
    }
}
