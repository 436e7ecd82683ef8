using MetaStore.Crashes.Tests.Load;
using MetaStore.Testing;
using MetaStore.Testing.Faults;
using MetaStore.Testing.Processes;

namespace MetaStore.Crashes.Tests.DiskFaults;

/// <summary>A disk that fails under RocksDB: the member exits with code 74 and logs file and cause; no acknowledged write is lost.</summary>
public sealed class EngineFaultTests
{
    private const string NoSpace = "No space left on device";
    private const string IoError = "Input/output error";
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(3);

    // Only RocksDB's own flushes: the log truncation requests none.
    private static string[] OwnFlushes => EngineFlags.Of("rocksdb", "--rocksdb-block-cache-bytes", "8MiB");
    private static string[] AskedFlushes => [.. OwnFlushes, "--snapshot-count", "50", "--snapshot-catchup-entries", "5"];

    [SkippableTheory(DisplayName = "RocksDB cannot write under load: exit 74 with file and cause, everything there afterwards")]
    [InlineData("write", ".sst", "rocksdb:high", FaultRule.InputOutput, false)]
    [RowOnRequest("write", ".sst", "rocksdb:high", FaultRule.NoSpace, true)]
    [RowOnRequest("write", "/engine/", "", FaultRule.InputOutput, false)]
    [InlineData("write,pwrite", "/engine/", "", FaultRule.NoSpace, true)]
    [RowOnRequest("write", "/engine/db-", "rocksdb:high", FaultRule.InputOutput, false)]
    [RowOnRequest("write", "/engine/db-", "rocksdb:high", FaultRule.NoSpace, false)]
    [RowOnRequest("write", "/engine/db-", "rocksdb:high", FaultRule.NoSpace, true)]
    [RowOnRequest("fsync,fdatasync", "/engine/db-", "rocksdb:high", FaultRule.InputOutput, true)]
    [InlineData("fsync,fdatasync", "/engine/db-", "rocksdb:high", FaultRule.InputOutput, false)]
    [RowOnRequest("write", "MANIFEST", "", FaultRule.InputOutput, true)]
    [InlineData("write", "MANIFEST", "", FaultRule.NoSpace, false)]
    [RowOnRequest("fsync,fdatasync", "MANIFEST", "", FaultRule.InputOutput, false)]
    [InlineData("pwrite", "probe.tmp", "", FaultRule.InputOutput, true)]
    public async Task UnderLoad_ItStops(string calls, string path, string thread, int error, bool asked)
    {
        await using var member = await FaultyMember.StartAsync(
            asked ? AskedFlushes : OwnFlushes, new FaultRule(calls, path, $"{error}", Thread: thread));
        member.Break();

        member.AssertEnded(await member.WorkUntilItEndsAsync(), FaultyMember.IoError);
        AssertReported(member, error);
        await member.CompareAfterRestartAsync();
    }

    [SkippableTheory(DisplayName = "a flush that is asked for to cut the log meets a full disk before it has begun: the member goes on, and flushes later")]
    [InlineData("pwrite", "probe.tmp")]
    [RowOnRequest("fsync", "probe.tmp")]
    public async Task AskedFlush_DiskFullBeforeIt_Waits(string calls, string path)
    {
        await using var member = await FaultyMember.StartAsync(AskedFlushes, new FaultRule(calls, path, $"{FaultRule.NoSpace}"));
        member.Break();
        await member.WriteUntilAsync(_ => member.Fired.Count >= 3);
        Assert.Contains(NoSpace, member.Node.Process!.Output, StringComparison.Ordinal);
        member.Mend();

        var flushes = Flushes(member);
        await member.WriteUntilAsync(_ => Flushes(member) > flushes);

        Assert.True(member.Node.Process.IsRunning);
        await member.CompareAsync();
        await member.CompareAfterRestartAsync();
    }

    [SkippableTheory(DisplayName = "RocksDB's own flush fails and there are no further writes: it is detected nevertheless")]
    [InlineData(FaultRule.InputOutput)]
    [RowOnRequest(FaultRule.NoSpace)]
    public async Task WithoutWrites_ItStops(int error)
    {
        await using var member = await FaultyMember.StartAsync(
            OwnFlushes, new FaultRule("fsync,fdatasync", "/engine/db-", $"{error}", Thread: "rocksdb:high"));
        member.Break();
        for (var i = 0; i < 300 && member.Fired.Count == 0; i++)
        {
            await member.CallAsync(new KvCall(null, [new Change("key/00", new string('x', 20_000) + i)], []));
        }

        Assert.NotEmpty(member.Fired);
        member.AssertEnded(await member.WaitForEndAsync(Prompt), FaultyMember.IoError);
        AssertReported(member, error);
        await member.CompareAfterRestartAsync();
    }

    [SkippableTheory(DisplayName = "RocksDB cannot compact: exit 74, everything there afterwards")]
    [InlineData("write", FaultRule.NoSpace)]
    [RowOnRequest("write", FaultRule.InputOutput)]
    [RowOnRequest("fsync,fdatasync", FaultRule.InputOutput)]
    [InlineData("pread", FaultRule.InputOutput)]
    public async Task Compacting_ItStops(string calls, int error)
    {
        // The library keeps no text for the full disk here: the engine asks the disk again, which a full one answers alike.
        await using var member = await FaultyMember.StartAsync(
            AskedFlushes, new FaultRule(calls, ".sst", $"{error}", Thread: "rocksdb:low"), new FaultRule("pwrite", "probe.tmp", $"{error}"));
        member.Break();
        await member.CallAsync(new DefragmentCall());

        Assert.NotEmpty(member.Fired);
        member.AssertEnded(await member.WaitForEndAsync(Prompt), FaultyMember.IoError);
        AssertReported(member, error);
        await member.CompareAfterRestartAsync();
    }

    [SkippableFact(DisplayName = "RocksDB cannot read: no wrong answer, exit 74, everything there afterwards")]
    public async Task Reading_ItStops()
    {
        var rule = new FaultRule("pread", ".sst", $"{FaultRule.InputOutput}");
        await using var member = await FaultyMember.StartAsync(AskedFlushes);
        await member.Node.Process!.TerminateAsync();
        await member.StartAgainAsync(rule);
        member.Break();
        await member.ReadAsync();

        Assert.NotEmpty(member.Fired);
        member.AssertEnded(await member.WaitForEndAsync(Prompt), FaultyMember.IoError);
        AssertReported(member, FaultRule.InputOutput);
        await member.CompareAfterRestartAsync();
    }

    [SkippableTheory(DisplayName = "RocksDB cannot open: one line, exit 74 or 75, everything there afterwards")]
    [InlineData("pread", ".sst", FaultRule.InputOutput, 74)]
    [RowOnRequest("write,pwrite", "/engine/", FaultRule.InputOutput, 74)]
    [InlineData("write,pwrite", "/engine/", FaultRule.NoSpace, 75)]
    [InlineData("write", "MANIFEST", FaultRule.InputOutput, 74)]
    [RowOnRequest("write", "MANIFEST", FaultRule.NoSpace, 75)]
    [RowOnRequest("fsync,fdatasync", "MANIFEST", FaultRule.InputOutput, 74)]
    public async Task Opening_ItSaysSo(string calls, string path, int error, int exitCode)
    {
        await using var member = await FaultyMember.StartAsync(AskedFlushes);

        member.AssertEnded(await member.StartBrokenAsync(new FaultRule(calls, path, $"{error}")), exitCode);
        AssertReported(member, error);
        await member.CompareAfterRestartAsync();
    }

    private static int Flushes(FaultyMember member) => member.Node.Process!.Output.Split("The engine was flushed").Length;

    private static void AssertReported(FaultyMember member, int error)
    {
        var line = member.Node.Process!.Output.Split('\n').Last(line => line.StartsWith("metastore: ", StringComparison.Ordinal));
        Assert.Contains(error == FaultRule.NoSpace ? NoSpace : IoError, line, StringComparison.Ordinal);
        Assert.Contains("/engine/", line, StringComparison.Ordinal);
    }
}
