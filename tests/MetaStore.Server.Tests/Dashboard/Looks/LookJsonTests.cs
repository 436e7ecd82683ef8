using System.Text;
using System.Text.Json;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Server.Dashboard.Looks;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Tests.Dashboard.Looks;

/// <summary>The line that pages read: of members that respond, of those that do not, and of a learner.</summary>
public sealed class LookJsonTests
{
    private static readonly MemberRecord Member = new() { Id = 0xab, Name = "n\"1", ClientUrls = ["http://a:1", "http://b:1"], PeerUrls = ["http://a:2"] };

    [Fact]
    public void Line_HasTimeSelfAndAlarms_AndEndsWithALineFeed()
    {
        string line = Line(0xfedc, [], new AlarmRecord(0xab, AlarmKind.NoSpace), new AlarmRecord(ulong.MaxValue, AlarmKind.Corrupt));
        Assert.Equal(
            """{"kind":"look","at_ms":1500,"self":"fedc","members":[],"alarms":[{"member":"ab","alarm":"NOSPACE"},{"member":"ffffffffffffffff","alarm":"CORRUPT"}]}""" + "\n", line);
    }

    [Fact]
    public void MemberThatIsDown_HasItsErrorAndNoStatus()
    {
        JsonElement member = MemberOf(new MemberLook(Member) { Error = "no answer in time" });
        Assert.Equal(("ab", "n\"1", false, false), (Text(member, "id"), Text(member, "name"), member.GetProperty("learner").GetBoolean(), member.GetProperty("up").GetBoolean()));
        Assert.Equal(["http://a:1", "http://b:1"], member.GetProperty("client_urls").EnumerateArray().Select(url => url.GetString()!));
        Assert.Equal("no answer in time", Text(member, "error"));
        Assert.False(member.TryGetProperty("status", out _));
        Assert.False(member.TryGetProperty("batching", out _));
    }

    [Fact]
    public void Status_HasNumbersAsNumbers_AndTheLeaderInHex()
    {
        var status = new StatusResponse
        {
            Header = new ResponseHeader { Revision = 5 }, Version = "3.6.14", Leader = 0xcd, RaftTerm = 7, RaftIndex = 20, RaftAppliedIndex = 19, DbSize = 100, DbSizeInUse = 90, DbSizeQuota = 1000,
            Errors = { "one", "two" },
        };
        JsonElement member = MemberOf(new MemberLook(Member) { Status = status, RoundTrip = TimeSpan.FromMicroseconds(1234.9) });
        Assert.Equal((true, 1234), (member.GetProperty("up").GetBoolean(), member.GetProperty("round_trip_us").GetInt32()));
        Assert.Equal(
            """{"version":"3.6.14","leader":"cd","term":7,"raft_index":20,"applied_index":19,"revision":5,"db_size":100,"db_in_use":90,"db_quota":1000,"errors":["one","two"]}""",
            member.GetProperty("status").GetRawText());
    }

    [Fact]
    public void Status_WithoutALeader_HasAnEmptyOne() =>
        Assert.Equal("", Text(MemberOf(new MemberLook(Member) { Status = new StatusResponse { Header = new ResponseHeader() } }).GetProperty("status"), "leader"));

    /// <summary>An older release leaves out what it does not know.</summary>
    [Fact]
    public void Batching_WithoutItsParts_HasZeroes_AndNoAdmission()
    {
        JsonElement batching = MemberOf(new MemberLook(Member) { Batching = new GetBatchingResponse { Settings = new BatchSettings(), Stats = new BatchStats { Modes = { new ModeTotals() } } } })
            .GetProperty("batching");
        Assert.Empty(batching.GetProperty("settings").EnumerateObject());
        JsonElement stats = batching.GetProperty("stats");
        Assert.Equal("""{"size":0,"bytes":0,"timeout":0,"idle":0,"drain":0}""", stats.GetProperty("flushes").GetRawText());
        Assert.Equal("""[{"policy":0,"flush_when_idle":false,"duration_us":0,"proposals":0,"batches":0,"dropped":0}]""", stats.GetProperty("modes").GetRawText());
        Assert.False(stats.TryGetProperty("since_change", out _));
        Assert.False(batching.TryGetProperty("admission", out _));
    }

    [Fact]
    public void Batching_StagesAndAdmission_AreShownByTheirNames()
    {
        JsonElement batching = MemberOf(new MemberLook(Member)
        {
            Batching = new GetBatchingResponse
            {
                Settings = new BatchSettings { MaxBatchSize = 7 },
                Stats = new BatchStats { SinceChange = new BatchTotals { Proposals = 3 }, Stages = { new StageLatency { Stage = "wal", Count = 2, P50Us = 10, P99Us = 20 } } },
                Admission = new AdmissionStats { Limit = 1000, Held = 5, Waiting = 6, TotalRefused = 7 },
            },
        }).GetProperty("batching");
        Assert.Equal(7, batching.GetProperty("settings").GetProperty("max_batch_size").GetInt32());
        Assert.Equal(3, batching.GetProperty("stats").GetProperty("since_change").GetProperty("proposals").GetInt32());
        Assert.Equal("""[{"stage":"wal","count":2,"p50_us":10,"p99_us":20}]""", batching.GetProperty("stats").GetProperty("stages").GetRawText());
        Assert.Equal("""{"limit":1000,"held":5,"waiting":6,"total_refused":7}""", batching.GetProperty("admission").GetRawText());
    }

    /// <summary>A look is of all members: what one of them responds must not keep the others from being shown.</summary>
    [Theory]
    [InlineData(double.NaN, 0)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(0.5, 0.5)]
    public void Batching_LoadThatIsNoNumber_IsShownAsZero(double load, double expected)
    {
        var batching = new GetBatchingResponse { Settings = new BatchSettings { LoadThreshold = load }, Stats = new BatchStats { CurrentLoad = load } };
        JsonElement member = MemberOf(new MemberLook(Member) { Batching = batching });
        Assert.Equal(expected, member.GetProperty("batching").GetProperty("stats").GetProperty("current_load").GetDouble());
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static JsonElement MemberOf(MemberLook look) => JsonDocument.Parse(Line(1, [look])).RootElement.GetProperty("members")[0];

    private static string Line(ulong self, MemberLook[] members, params AlarmRecord[] alarms) =>
        Encoding.UTF8.GetString(LookJson.Line(self, DateTimeOffset.FromUnixTimeMilliseconds(1500), members, alarms).Span);
}
