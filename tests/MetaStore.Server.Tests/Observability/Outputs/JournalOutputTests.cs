using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using MetaStore.Server.Observability.Outputs;

namespace MetaStore.Server.Tests.Observability.Outputs;

public sealed class JournalOutputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-journal-").FullName;
    private readonly Socket _journal = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    private string Address => Path.Combine(_folder, "socket");

    public void Dispose()
    {
        _journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("{\"level\":\"debug\",\"msg\":\"a\"}\n", 7)]
    [InlineData("{\"level\":\"info\",\"msg\":\"a\"}\n", 6)]
    [InlineData("{\"level\":\"warn\",\"msg\":\"a\"}\n", 4)]
    [InlineData("{\"level\":\"error\",\"msg\":\"a\"}\n", 3)]
    [InlineData("2026-01-01\twarn\ta\n", 6)]
    [InlineData("{\"level\":\"info\",\"msg\":\"says \\\"level\\\":\\\"error\\\"\"}\n", 6)]
    [InlineData("", 6)]
    public void Priority_IsThatOfTheLinesLevel(string line, int priority)
    {
        _journal.Bind(new UnixDomainSocketEndPoint(Address));
        using var output = new JournalOutput(Address);
        output.Write(Encoding.UTF8.GetBytes(line));
        byte[] buffer = new byte[4096];
        byte[] received = buffer[.._journal.Receive(buffer)];
        byte[] head = Encoding.ASCII.GetBytes($"PRIORITY={priority}\nSYSLOG_IDENTIFIER=metastore\nMESSAGE\n");
        Assert.Equal(head, received[..head.Length]);
        byte[] text = Encoding.UTF8.GetBytes(line.TrimEnd('\n'));
        Assert.Equal((ulong)text.Length, BinaryPrimitives.ReadUInt64LittleEndian(received.AsSpan(head.Length, 8)));
        Assert.Equal([.. text, (byte)'\n'], received[(head.Length + 8)..]);
    }

    [Fact]
    public void NoJournal_IsAnErrorAtTheStart()
    {
        Assert.Throws<SocketException>(() => new JournalOutput(Address));
        _journal.Bind(new UnixDomainSocketEndPoint(Address));
        _journal.Dispose();
        Assert.Throws<SocketException>(() => new JournalOutput(Address));
    }

    [Fact]
    public void JournalThatEnds_LosesTheLine_NotTheThread()
    {
        _journal.Bind(new UnixDomainSocketEndPoint(Address));
        using var output = new JournalOutput(Address);
        _journal.Dispose();
        Assert.ThrowsAny<IOException>(() => output.Write("a\n"u8));
    }
}
