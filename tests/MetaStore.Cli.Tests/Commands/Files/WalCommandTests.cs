using MetaStore.Cli.CommandLine;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Cli.Tests.Commands.Files;

public sealed class WalCommandTests : IDisposable
{
    private const int ExitWalCorrupt = 65;

    private readonly string _data = Directory.CreateTempSubdirectory("metactl-wal").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void Verify_WholeThenDamaged_EndsWithTheCodeOfAStart()
    {
        var file = WriteLog();
        Assert.Equal(0, Run("wal", "verify", _data));
        Assert.Equal(0, Run("wal", "verify", Path.Combine(_data, "wal")));

        var bytes = File.ReadAllBytes(file);
        bytes[4096 + 80] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Equal(ExitWalCorrupt, Run("wal", "verify", _data));
        Assert.Equal(bytes, File.ReadAllBytes(file));
    }

    [Fact]
    public void Inspect_ListsWhatIsThere_AndAMissingFolderIsAnError()
    {
        WriteLog();
        Assert.Equal(0, Run("wal", "inspect", _data, "--records"));
        Assert.Equal(ExitCodes.BadArguments, Run("wal", "inspect", Path.Combine(_data, "nowhere")));
    }

    private static int Run(params string[] args) => MetactlCommand.Build().Parse(args).Invoke();

    private string WriteLog()
    {
        var options = new WalOptions { Directory = Path.Combine(_data, "wal"), ClusterId = 1, NodeId = 2, SegmentBytes = 64 << 10, FirstSegmentBytes = 64 << 10 };
        using var journal = WalWriter.Open(options, out _);
        journal.Persist([new WalAppend { HardState = new HardState(1, 2, 0), Entries = [new Entry(1, 1, EntryType.Normal, new byte[100])], MustSync = true }]);
        journal.ConfirmTail();
        return Directory.EnumerateFiles(options.Directory).Single();
    }
}
