using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Hosting;
using MetaStore.Server.Observability.Outputs;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Observability.Outputs;

public sealed class LogOutputsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-logs-").FullName;

    private string LogFile => Path.Combine(_folder, "member.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_AreAppendedTo_AndALineGoesToEach()
    {
        string other = Path.Combine(_folder, "other.log");
        File.WriteAllText(other, "before\n");
        using (LogOutputs outputs = LogOutputs.Open(new LoggingOptions { Outputs = [LogFile, other] }))
        {
            outputs.Write("one\n"u8);
            outputs.Write("two\n"u8);
        }

        Assert.Equal("one\ntwo\n", File.ReadAllText(LogFile));
        Assert.Equal("before\none\ntwo\n", File.ReadAllText(other));
    }

    [Fact]
    public void File_ThatCannotBeOpened_IsOneLineAtTheStart()
    {
        StartException error = Assert.Throws<StartException>(() => LogOutputs.Open(new LoggingOptions { Outputs = [Path.Combine(_folder, "none", "member.log")] }));
        Assert.Equal(64, error.ExitCode);
        Assert.StartsWith("--log-outputs ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rotation_PutsFullFilesAside_AndKeepsAsManyAsItSays()
    {
        var time = new FakeTimeProvider();
        using var file = new FileOutput(LogFile, new LogRotation { MaxSize = 1, MaxBackups = 2, Compress = true }, time);
        byte[] line = [.. Enumerable.Repeat((byte)'x', 700 << 10)];
        for (int i = 0; i < 5; i++)
        {
            file.Write(line);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        string[] names = [.. Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        Assert.Equal(["member-2026-01-01T00-00-03.000.log.gz", "member-2026-01-01T00-00-04.000.log.gz", "member.log"], names);
        using var packed = new GZipStream(File.OpenRead(Path.Combine(_folder, names[0])), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        packed.CopyTo(plain);
        Assert.Equal(line.Length, plain.Length);
        Assert.Equal(line.Length, new FileInfo(LogFile).Length);
    }

    [Fact]
    public void Rotation_ByAge_DeletesWhatIsOlder_AndNothingElse()
    {
        string note = Path.Combine(_folder, "member-notes.log");
        File.WriteAllText(note, "mine");
        var time = new FakeTimeProvider();
        using var file = new FileOutput(LogFile, new LogRotation { MaxSize = 1, MaxAge = 1 }, time);
        byte[] line = [.. Enumerable.Repeat((byte)'x', 700 << 10)];
        for (int i = 0; i < 4; i++)
        {
            file.Write(line);
            time.Advance(TimeSpan.FromHours(20));
        }

        Assert.Equal(4, Directory.GetFiles(_folder).Length);
        Assert.True(File.Exists(note));
    }

    [Fact]
    public void Journal_IsSentPriorityAndLine()
    {
        string path = Path.Combine(_folder, "journal");
        using var journal = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        journal.Bind(new UnixDomainSocketEndPoint(path));
        using var output = new JournalOutput(path);
        output.Write("{\"level\":\"warn\",\"msg\":\"low\"}\n"u8);
        byte[] buffer = new byte[1024];
        string received = Encoding.UTF8.GetString(buffer, 0, journal.Receive(buffer));
        Assert.StartsWith("PRIORITY=4\nSYSLOG_IDENTIFIER=metastore\nMESSAGE\n", received, StringComparison.Ordinal);
        Assert.EndsWith("{\"level\":\"warn\",\"msg\":\"low\"}\n", received, StringComparison.Ordinal);
    }
}
