using MetaStore.Protocol.Etcd;
using MetaStore.Server.Quota;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Quota;

/// <summary>When <see cref="NoSpaceDisarm"/> may end an alarm. MaintenanceServiceTests has it at work.</summary>
public sealed class NoSpaceDisarmTests
{
    [Fact]
    public async Task Disarm_OnlyBelowTheShareOfTheQuota_AndOnlyARaisedAlarm()
    {
        await using SingleNode node = await SingleNode.StartNewAsync();
        await node.SettledAsync();
        SpaceQuota quota = node.Host!.Live.Quota;
        Assert.False(quota.Disarm(NoSpaceDisarm.Share));
        await node.CallAsync<AlarmResponse>(
            "Maintenance/Alarm",
            new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Activate, Alarm = AlarmType.Nospace, MemberID = node.Host.Machine.Members.Members[0].Id });
        quota.Bytes = quota.Used + 1;
        Assert.False(quota.Disarm(NoSpaceDisarm.Share));
        quota.Bytes = (long)(quota.Used / NoSpaceDisarm.Share) + 2;
        Assert.True(quota.Disarm(NoSpaceDisarm.Share));
        await Eventually.TrueAsync(
            async () => (await node.CallAsync<AlarmResponse>("Maintenance/Alarm", new AlarmRequest())).Alarms.Count == 0,
            TimeSpan.FromSeconds(10), () => "the alarm does not end");
    }
}
