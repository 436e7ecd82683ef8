using MetaStore.Protocol.Etcd;
using MetaStore.Client;
using MetaStore.Testing;

namespace MetaStore.Cli.Tests.Processes;

/// <summary>Commands that wait, run programs or change state, on a real member.</summary>
[Collection(nameof(OneAtATime))]
public sealed class VerbTests(OneMember member) : IClassFixture<OneMember>
{
    [Fact]
    public async Task Lock_WithAProgram_RunsItWhileItIsHeld_AndEndsWithItsCode()
    {
        var (code, output) = await member.RunAsync("lock", "job", "--ttl", "30", "--", "sh", "-c", "echo $ETCD_LOCK_KEY $ETCD_LOCK_REV; exit 7");

        Assert.Equal(7, code);
        Assert.Matches("^job/[0-9a-f]+ [0-9]+$", output);
        Assert.Equal(0, await CountAsync("job/"));
    }

    [Fact]
    public async Task Lock_Interrupted_GivesTheLockBack()
    {
        await using var first = member.Metactl("lock", "held");
        await OneMember.PrintedAsync(first, output => output.StartsWith("held/", StringComparison.Ordinal));
        Assert.Null(await member.Client.Lock.TryAcquireAsync("held", TimeSpan.FromSeconds(30)));

        await first.TerminateAsync();

        Assert.Equal(0, await CountAsync("held/"));
    }

    [Fact]
    public async Task Lock_KeyDeleted_EndsTheProgram()
    {
        await using var holder = member.Metactl("lock", "stolen", "--", "sleep", "1000");
        await Eventually.TrueAsync(async () => await CountAsync("stolen/") == 1, TimeSpan.FromSeconds(60), () => holder.Output);

        await member.Client.Kv.DeleteAsync(KeyRange.Prefix("stolen/"));

        Assert.Equal(1, await holder.WaitForExitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains("session expired", holder.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Elect_ProclaimsAndListens()
    {
        await using var listener = member.Metactl("elect", "--listen", "mayor");
        await using var candidate = member.Metactl("elect", "mayor", "here");

        await OneMember.PrintedAsync(candidate, output => output.EndsWith("\nhere", StringComparison.Ordinal));
        await OneMember.PrintedAsync(listener, output => output == candidate.Output);
        var (code, output) = await member.RunAsync("elect", "mayor");
        Assert.Equal((128, "Error: no proposal argument but -l not set"), (code, output));
    }

    [Fact]
    public async Task Watch_RunsAProgramForEachChange()
    {
        await using var watch = member.Metactl("watch", "ran", "--", "sh", "-c", "echo $ETCD_WATCH_EVENT_TYPE $ETCD_WATCH_KEY $ETCD_WATCH_VALUE");
        await Eventually.TrueAsync(
            async () =>
            {
                await member.Client.Kv.PutAsync("ran", "1");
                return watch.Output.Contains("\"PUT\" \"ran\" \"1\"", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(60),
            () => watch.Output);
    }

    [Fact]
    public async Task Watch_WrongWords_SayWhatToWrite()
    {
        var (code, output) = await member.RunAsync("watch");
        Assert.Equal(128, code);
        Assert.Contains("bad number of arguments", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MoveLeader_ToItselfSucceeds_ToNoMemberFails()
    {
        var status = await member.Client.Maintenance.StatusAsync(new StatusRequest());
        var id = status.Leader.ToString("x");
        Assert.Equal((0, $"Leadership transferred from {id} to {id}"), await member.RunAsync("move-leader", id));
        Assert.Equal((1, "Error: etcdserver: bad leader transferee"), await member.RunAsync("move-leader", "123"));
    }

    [Fact]
    public async Task Alarm_RaisedListedDisarmed_AndHealthKnows()
    {
        var alarm = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Activate, Alarm = AlarmType.Nospace, MemberID = 0x99 };
        await member.Client.Maintenance.AlarmAsync(alarm);

        Assert.Equal((0, "memberID:153 alarm:NOSPACE "), await member.RunAsync("alarm", "list"));
        var (code, health) = await member.RunAsync("endpoint", "health");
        Assert.Equal(1, code);
        Assert.Contains("Active Alarm(s): NOSPACE", health, StringComparison.Ordinal);
        Assert.Equal((0, "memberID:153 alarm:NOSPACE "), await member.RunAsync("alarm", "disarm"));
        Assert.Equal((0, string.Empty), await member.RunAsync("alarm", "list"));
    }

    [Fact]
    public async Task CheckPerf_GivesAVerdict_AndTidiesUp()
    {
        var (_, output) = await member.RunAsync("check", "perf", "--duration", "2s", "--auto-defrag");
        Assert.Contains("Defragmented \"", output, StringComparison.Ordinal);
        Assert.Matches("(PASS|FAIL)$", output);
        Assert.Equal(0, await CountAsync("/etcdctl-check-perf/"));
    }

    private async Task<long> CountAsync(string prefix)
    {
        var range = KeyRange.Prefix(prefix);
        return (await member.Client.Kv.RangeAsync(new RangeRequest { Key = range.Key, RangeEnd = range.RangeEnd, CountOnly = true })).Count;
    }
}
