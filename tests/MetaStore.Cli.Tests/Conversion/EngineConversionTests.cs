using MetaStore.Cli.Conversion;
using MetaStore.IO;
using MetaStore.Raft.Storage;
using MetaStore.StateMachine.Auth.Records;
using MetaStore.Testing;

namespace MetaStore.Cli.Tests.Conversion;

/// <summary>Converts a data directory between engines: the result is the same state, or the old directory.</summary>
public sealed class EngineConversionTests
{
    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Convert_ThereAndBack_KeepsStateMembershipAndLog(bool withSnapshot)
    {
        using var directory = new ConvertibleDirectory(withSnapshot);
        var first = directory.Open();
        Assert.Equal(directory.State, first.State);

        Run(directory, EngineKind.RocksDb);
        Assert.Equal(EngineKind.RocksDb, directory.Engine);
        Assert.Equal(first, directory.Open(), Same);

        Run(directory, EngineKind.Memory);
        Assert.Equal(EngineKind.Memory, directory.Engine);
        Assert.Equal(first, directory.Open(), Same);
        Assert.False(Directory.Exists(Path.Combine(directory.Path, DataDirectory.EngineName)));
    }

    [SkippableFact]
    public void Convert_StateInPageFiles_ThereAndBack_LeavesNoPageFiles()
    {
        using var directory = new ConvertibleDirectory(withPages: true);
        var snapshots = Path.Combine(directory.Path, DataDirectory.SnapshotName);
        Assert.NotEmpty(Directory.GetFiles(snapshots, "*.pages"));
        var first = directory.Open();
        Assert.Equal(directory.State, first.State);

        Run(directory, EngineKind.RocksDb);
        Assert.Equal(first, directory.Open(), Same);
        Assert.Empty(Directory.GetFiles(snapshots, "*.pages"));

        Run(directory, EngineKind.Memory);
        Assert.Equal(first, directory.Open(), Same);
    }

    [SkippableFact]
    public void Convert_ThereAndBack_KeepsUsersAndRoles()
    {
        using var directory = new ConvertibleDirectory();
        directory.Open(out var before);
        Assert.Equal(["app"], before.Users["app"].Roles);
        Assert.Single(before.Roles["app"].Permissions);

        Run(directory, EngineKind.RocksDb);
        directory.Open(out var converted);
        Assert.Equal(AuthHash.Of(before), AuthHash.Of(converted));

        Run(directory, EngineKind.Memory);
        directory.Open(out converted);
        Assert.Equal(AuthHash.Of(before), AuthHash.Of(converted));
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(25)]
    public void ToMemory_StateFurtherThanTheMarker_PutsASnapshotThere(int entries)
    {
        using var directory = new ConvertibleDirectory(withSnapshot: false);
        Run(directory, EngineKind.RocksDb);
        var state = directory.ApplyBehind(entries);
        Run(directory, EngineKind.Memory);

        var (opened, membership, _) = directory.Open();
        Assert.Equal(state, opened);
        Assert.Equal([0xA1UL], membership.Voters);
        Assert.Equal(entries > 1 ? [0xA2UL] : [], membership.Learners);
    }

    [SkippableFact]
    public void Run_SameEngine_ChangesNothing_AndTidies()
    {
        using var directory = new ConvertibleDirectory();
        Directory.CreateDirectory(Path.Combine(directory.Path, DataDirectory.EngineName));
        var lines = Run(directory, EngineKind.Memory);
        Assert.Contains("already", lines[0], StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(directory.Path, DataDirectory.EngineName)));
        Assert.Equal(directory.State, directory.Open().State);
    }

    [SkippableTheory]
    [InlineData(EngineKind.RocksDb)]
    [RowOnRequest(EngineKind.Memory)]
    internal void Run_StoppedAtAnyStep_LeavesOneOfTheTwo_AndASecondRunFinishes(EngineKind to)
    {
        for (var step = 0; ; step++)
        {
            using var directory = new ConvertibleDirectory();
            if (to == EngineKind.Memory)
            {
                Run(directory, EngineKind.RocksDb);
                directory.ApplyBehind(7);
            }

            var before = directory.Open();
            var lines = RunUntil(directory, to, step, out var stopped);
            var hasSwitched = lines.Any(line => line.StartsWith("switched", StringComparison.Ordinal));
            Assert.Equal(hasSwitched, directory.Engine == to);
            Assert.Equal(before.State, directory.Open().State);

            Run(directory, to);
            Assert.Equal(to, directory.Engine);
            Assert.Equal(before.State, directory.Open().State);
            Assert.Equal(before.LastIndex, directory.Open().LastIndex);
            if (!stopped)
            {
                Assert.True(step >= 5, $"only {step} steps");
                return;
            }
        }
    }

    [SkippableFact]
    public void Run_DirectoryInUse_IsRefused()
    {
        using var directory = new ConvertibleDirectory();
        using var held = DataDirectory.Open(directory.Path, 0xC1, 0xA1);
        var refused = Assert.Throws<StorageException>(() => Run(directory, EngineKind.RocksDb));
        Assert.Equal(ExitCodes.DirectoryLocked, refused.ExitCode);
        Assert.Contains("in use", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Run_NoDataDirectory_IsRefused_AndNothingIsMade()
    {
        var folder = Directory.CreateTempSubdirectory("metastore-convert-");
        var refused = Assert.Throws<StorageException>(() => EngineConversion.Run(folder.FullName, EngineKind.RocksDb, _ => { }, CancellationToken.None));
        Assert.Contains("is not a data directory", refused.Message, StringComparison.Ordinal);
        Assert.Empty(folder.EnumerateFileSystemInfos());
        folder.Delete();
    }

    private static bool Same((StateSummary State, Raft.Messages.ConfState Membership, ulong LastIndex) one, (StateSummary State, Raft.Messages.ConfState Membership, ulong LastIndex) other) =>
        one.State == other.State && one.LastIndex == other.LastIndex
        && one.Membership.Voters.SequenceEqual(other.Membership.Voters) && one.Membership.Learners.SequenceEqual(other.Membership.Learners);

    private static List<string> Run(ConvertibleDirectory directory, EngineKind to) => RunUntil(directory, to, int.MaxValue, out _);

    /// <summary>Converts, and aborts at a step as if the process had been killed there.</summary>
    private static List<string> RunUntil(ConvertibleDirectory directory, EngineKind to, int step, out bool stopped)
    {
        var lines = new List<string>();
        stopped = false;
        try
        {
            EngineConversion.Run(directory.Path, to, line => Add(lines, line, step), CancellationToken.None);
        }
        catch (InvalidTimeZoneException)
        {
            stopped = true;
        }

        return lines;
    }

    private static void Add(List<string> lines, string line, int step)
    {
        lines.Add(line);
        if (lines.Count > step)
        {
            // Simulates the end of the process: nothing in between catches it.
            throw new InvalidTimeZoneException();
        }
    }
}
