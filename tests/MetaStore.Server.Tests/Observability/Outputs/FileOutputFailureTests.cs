using System.Text;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Observability.Outputs;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Observability.Outputs;

/// <summary>Log files whose directory disappears, or that others move; a log that comes back when its disk does, and a member that goes on meanwhile.</summary>
public sealed class FileOutputFailureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-logs-").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly byte[] _line = [.. Enumerable.Repeat((byte)'x', 700 << 10)];

    private string LogFile => Path.Combine(_folder, "logs", "member.log");

    public FileOutputFailureTests() => Directory.CreateDirectory(Path.Combine(_folder, "logs"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>An age before the year 1 is no age at all: it must not end the thread that writes the log, and with it the process.</summary>
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(740_000)]
    [InlineData(3650)]
    public void Rotation_AnyAgeThatIsAllowed_DeletesNothingYounger(int days)
    {
        Assert.True(LogRotation.TryParse($"{{\"maxsize\": 1, \"maxage\": {days}}}", out LogRotation? rotation));
        using var file = new FileOutput(LogFile, rotation, _time);
        for (int i = 0; i < 3; i++)
        {
            file.Write(_line);
            _time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(3, Directory.GetFiles(Path.GetDirectoryName(LogFile)!).Length);
    }

    [Fact]
    public void DirectoryThatIsGoneWhileTheFileIsFull_FailsEachLine_UntilItIsBack()
    {
        using var file = new FileOutput(LogFile, new LogRotation { MaxSize = 1 }, _time);
        file.Write(_line);
        Directory.Delete(Path.GetDirectoryName(LogFile)!, recursive: true);
        Assert.ThrowsAny<IOException>(() => file.Write(_line));
        Assert.ThrowsAny<IOException>(() => file.Write(_line));
        Directory.CreateDirectory(Path.GetDirectoryName(LogFile)!);
        file.Write("back\n"u8);
        Assert.Equal("back\n", File.ReadAllText(LogFile));
    }

    /// <summary>A tool that rotates by itself.</summary>
    [Fact]
    public void FileThatOthersMoved_IsMadeAgainAtTheNextRotation()
    {
        using var file = new FileOutput(LogFile, new LogRotation { MaxSize = 1 }, _time);
        file.Write(_line);
        File.Move(LogFile, LogFile + ".1");
        Assert.ThrowsAny<IOException>(() => file.Write(_line));
        file.Write("next\n"u8);
        Assert.Equal("next\n", File.ReadAllText(LogFile));
    }

    [Fact]
    public void FailingOutput_DoesNotKeepTheLineFromTheOthers()
    {
        string other = Path.Combine(_folder, "other.log");
        using LogOutputs outputs = LogOutputs.Open(new LoggingOptions { Outputs = [LogFile, other], Rotation = true, RotationConfig = "{\"maxsize\": 1}" });
        outputs.Write(_line);
        Directory.Delete(Path.GetDirectoryName(LogFile)!, recursive: true);
        for (int i = 0; i < 2; i++)
        {
            Assert.ThrowsAny<IOException>(() => outputs.Write("after\n"u8.ToArray().Concat(_line).ToArray()));
        }

        Assert.Contains("after\n", File.ReadAllText(other), StringComparison.Ordinal);
    }

    [Fact]
    public void FileIsRotatedOnlyWhenTheLineDoesNotFit_AndNeverWhenItIsEmpty()
    {
        using var file = new FileOutput(LogFile, new LogRotation { MaxSize = 1 }, _time);
        file.Write(new byte[(1 << 20) + 5]);
        _time.Advance(TimeSpan.FromSeconds(1));
        file.Write(new byte[1 << 19]);
        file.Write(new byte[1 << 19]);
        Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(LogFile)!).Length);
        _time.Advance(TimeSpan.FromSeconds(1));
        file.Write(new byte[1]);
        Assert.Equal([1, 1 << 20, (1 << 20) + 5], Directory.GetFiles(Path.GetDirectoryName(LogFile)!).Select(path => new FileInfo(path).Length).Order());
    }

    [Fact]
    public void Mode_IsThatOfEachFile_RotatedAndCompressedToo()
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileOutput(LogFile, new LogRotation { MaxSize = 1, Compress = true }, _time, ownerOnly);
        file.Write(_line);
        file.Write(_line);
        string[] files = Directory.GetFiles(Path.GetDirectoryName(LogFile)!);
        Assert.Equal(2, files.Length);
        Assert.All(files, path => Assert.Equal(ownerOnly, new FileInfo(path).UnixFileMode));
    }

    [Fact]
    public void FileOfAnEarlierStart_IsGoneOnWith_AndCountsForItsSize()
    {
        File.WriteAllBytes(LogFile, _line);
        using var file = new FileOutput(LogFile, new LogRotation { MaxSize = 1 }, _time);
        file.Write(Encoding.UTF8.GetBytes("next\n"));
        Assert.Equal(_line.Length + 5, new FileInfo(LogFile).Length);
        file.Write(_line);
        Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(LogFile)!).Length);
    }
}
