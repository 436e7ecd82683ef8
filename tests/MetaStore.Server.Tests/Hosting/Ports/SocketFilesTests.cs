using System.Diagnostics;
using System.Net.Sockets;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Hosting;
using MetaStore.Server.Hosting.Ports;

namespace MetaStore.Server.Tests.Hosting.Ports;

/// <summary>What stands at the path of a socket before it is bound: a left-over socket is removed, anything else is kept.</summary>
public sealed class SocketFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-sock-").FullName;

    private string Address => Path.Combine(_folder, "s");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void NothingThere_IsFine()
    {
        RemoveStale();
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void SocketWithoutAListener_IsRemoved()
    {
        // .NET deletes the file of a socket that it closes; a process that is killed leaves it.
        using (Socket left = Bind(Address + ".other"))
        {
            File.Move(Address + ".other", Address);
        }

        Assert.True(File.Exists(Address));
        RemoveStale();
        Assert.False(File.Exists(Address));
    }

    [Fact]
    public void SocketWithAListener_IsKept_AndNamed()
    {
        using Socket listener = Bind(Address);
        listener.Listen();
        StartException refused = Assert.Throws<StartException>(RemoveStale);
        Assert.Equal((64, $"--listen-client-urls unix://{Address}: another process listens there"), (refused.ExitCode, refused.Message));
        Assert.True(File.Exists(Address));
    }

    [Theory]
    [InlineData("")]
    [InlineData("precious")]
    public void FileThatIsNoSocket_IsKept_AndNamed(string content)
    {
        File.WriteAllText(Address, content);
        StartException refused = Assert.Throws<StartException>(RemoveStale);
        Assert.Equal((64, $"--listen-client-urls unix://{Address}: the file is there and is not a socket"), (refused.ExitCode, refused.Message));
        Assert.Equal(content, File.ReadAllText(Address));
    }

    /// <summary>Opening a FIFO waits for a writer: a start must not.</summary>
    [Fact]
    public async Task Fifo_IsKept_AndNamed_AtOnce()
    {
        using (Process made = Process.Start("mkfifo", Address))
        {
            await made.WaitForExitAsync();
        }

        StartException refused = await Assert.ThrowsAsync<StartException>(() => Task.Run(RemoveStale).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal($"--listen-client-urls unix://{Address}: the file is there and is not a socket", refused.Message);
        Assert.True(File.Exists(Address));
    }

    [Fact]
    public void AddressesOfOtherKinds_AreNotLookedAt()
    {
        File.WriteAllText(Path.Combine(_folder, "127.0.0.1"), "x");
        SocketFiles.RemoveStale("listen-client-urls", [EndpointUrl.Of("http://127.0.0.1:1")]);
        Assert.True(File.Exists(Path.Combine(_folder, "127.0.0.1")));
    }

    private void RemoveStale()
    {
        Assert.True(EndpointUrl.TryParse($"unix://{Address}", UrlSchemes.Any, out EndpointUrl? url, out _));
        SocketFiles.RemoveStale("listen-client-urls", [url]);
    }

    private static Socket Bind(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return socket;
    }
}
