using MetaStore.Crashes.Tests.Load;
using MetaStore.Testing;
using MetaStore.Testing.Faults;
using MetaStore.Testing.Processes;

namespace MetaStore.Crashes.Tests.DiskFaults;

/// <summary>A disk that fails for the log: exit 74 with file and cause; what was not written is not acknowledged.</summary>
public sealed class LogFaultTests
{
    [SkippableTheory(DisplayName = "the log cannot be written or synced: exit 74 with file and cause, everything there afterwards")]
    [InlineData("rocksdb", "pwrite", "wal-writer", FaultRule.InputOutput)]
    [RowOnRequest("rocksdb", "pwrite", "wal-writer", FaultRule.NoSpace)]
    [InlineData("rocksdb", "fdatasync", "wal-writer", FaultRule.InputOutput)]
    [InlineData("memory", "pwrite", "wal-writer", FaultRule.NoSpace)]
    [RowOnRequest("memory", "fdatasync", "wal-writer", FaultRule.InputOutput)]
    public async Task UnderLoad_ItStops(string engine, string calls, string thread, int error)
    {
        await using var member = await FaultyMember.StartAsync(EngineFlags.Of(engine), new FaultRule(calls, "/wal/", $"{error}", From: 3, Thread: thread));
        member.Break();

        member.AssertEnded(await member.WorkUntilItEndsAsync(), FaultyMember.IoError);
        AssertReported(member, error);
        await member.CompareAfterRestartAsync();
    }

    [SkippableTheory(DisplayName = "the log cannot be read or synced at the start: one line, exit 74, everything there afterwards")]
    [InlineData("pread")]
    [InlineData("fsync")]
    [InlineData("open")]
    public async Task Opening_ItSaysSo(string calls)
    {
        await using var member = await FaultyMember.StartAsync(EngineFlags.Of("rocksdb"));

        member.AssertEnded(await member.StartBrokenAsync(new FaultRule(calls, ".wal", $"{FaultRule.InputOutput}")), FaultyMember.IoError);
        AssertReported(member, FaultRule.InputOutput);
        await member.CompareAfterRestartAsync();
    }

    [SkippableFact(DisplayName = "no room for the next file of the log: the member waits for room and goes on, and nothing is lost")]
    public async Task NoRoomForTheNextSegment_ItWaits()
    {
        var rule = new FaultRule("posix_fallocate", "/wal/", $"{FaultRule.NoSpace}");
        await using var member = await FaultyMember.StartAsync(EngineFlags.Of("rocksdb", "--wal-segment-bytes", "256KiB"), rule);
        member.Break();
        var writing = member.CallAsync(new KvCall(null, [new Change("key/00", "first")], []));
        await writing;
        var more = Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            member.CallAsync(new KvCall(null, [new Change($"key/{i:d2}", new string('x', 200_000))], []))));
        await Testing.Eventually.TrueAsync(() => member.Fired.Count > 0, TimeSpan.FromSeconds(10), () => "the next segment is not created");
        Assert.True(member.Node.Process!.IsRunning);
        member.Mend();
        await more;
        await member.CompareAsync();
        await member.CompareAfterRestartAsync();
    }

    private static void AssertReported(FaultyMember member, int error)
    {
        var line = member.Node.Process!.Output.Split('\n').Last(line => line.StartsWith("metastore: ", StringComparison.Ordinal));
        Assert.Contains(error == FaultRule.NoSpace ? "No space left on device" : "Input/output error", line, StringComparison.Ordinal);
        Assert.Contains(".wal", line, StringComparison.Ordinal);
    }
}
