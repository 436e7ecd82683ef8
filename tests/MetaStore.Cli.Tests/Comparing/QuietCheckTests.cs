using MetaStore.Cli.Comparing.Machine;

namespace MetaStore.Cli.Tests.Comparing;

public sealed class QuietCheckTests
{
    private const string Before = "cpu  1000 10 200 8000 300 5 15 20 50 0\ncpu0 500 5 100 4000 150 2 7 10 25 0\nintr 1\n";

    [Fact]
    public void Stat_IsRead_AsTheSystemWritesIt()
    {
        var before = ProcessorTimes.Parse(Before)!.Value;
        Assert.Equal(new ProcessorTimes(9550, 8300, 20), before);
        var later = ProcessorTimes.Parse("cpu  1060 10 220 8110 310 5 15 20 90 0\n")!.Value;
        Assert.Equal(0.6, later.IdleSince(before), 1e-9);
        Assert.Equal(0, later.StolenSince(before));
        Assert.Null(ProcessorTimes.Parse("cpu 1 2\n"));
        Assert.Null(ProcessorTimes.Parse(string.Empty));
    }

    [Fact]
    public void QuietMachineAndCluster_HaveNoFault() => Assert.Empty(QuietCheck.Faults(new MachineLoad(0.97, 0, 4.2), QuietCheck.Usual, revisions: 0, proposals: 1, alarms: 0));

    /// <summary>The load average covers the last minute, in which a new user may have built the programs: it is shown, but not checked.</summary>
    [Fact]
    public void UnknownLoad_AndAnOldLoadAverage_AreNoFault() => Assert.Empty(QuietCheck.Faults(null, QuietCheck.Usual, revisions: 0, proposals: 0, alarms: 0));

    [Fact]
    public void EachLoad_IsNamed()
    {
        Assert.Equal(
            ["this machine is busy with other work (idle 34 %, 5 % taken by the host, load average 42.00)", "other clients write to the cluster (200 proposals a second)", "the cluster has an alarm (metactl alarm list)"],
            QuietCheck.Faults(new MachineLoad(0.34, 0.05, 42), QuietCheck.Usual, revisions: 300, proposals: 250, alarms: 1));
        Assert.Single(QuietCheck.Faults(null, QuietCheck.Usual, revisions: 1, proposals: 0, alarms: 0));
        Assert.Single(QuietCheck.Faults(null, QuietCheck.Usual, revisions: 0, proposals: 2, alarms: 0));
    }

    [Theory]
    [InlineData(3, 0, 3, 0)]
    [InlineData(100, 0, 6, 1)]
    [InlineData(3, 1, 1, 2)]
    public async Task Wait_LooksAgain_WhileOnlyTheMachineIsBusy(int idleFrom, int alarms, int expectedLooks, int expectedFaults)
    {
        var looks = 0;
        var (_, faults) = await QuietCheck.WaitAsync(() =>
        {
            var load = new MachineLoad(++looks < idleFrom ? 0.4 : 0.97, 0, 4.2);
            return Task.FromResult<(MachineLoad?, IReadOnlyList<string>)>((load, QuietCheck.Faults(load, QuietCheck.Usual, revisions: 0, proposals: 0, alarms)));
        });
        Assert.Equal((expectedLooks, expectedFaults), (looks, faults.Count));
    }

    [Fact]
    public async Task Machine_IsMeasured()
    {
        var load = await MachineLoad.MeasureAsync(TimeSpan.FromMilliseconds(50), CancellationToken.None);
        Assert.Equal(OperatingSystem.IsLinux(), load is not null);
        Assert.InRange(load?.IdleShare ?? 0, 0, 1);
    }
}
