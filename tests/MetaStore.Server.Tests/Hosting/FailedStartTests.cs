using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Hosting;

/// <summary>A node of which a part cannot be made, anywhere between its storage and its last part, has nothing open afterwards.</summary>
public sealed class FailedStartTests
{
    [Theory]
    [InlineData("MetaStore.Server.Apply")]
    [InlineData("MetaStore.Raft")]
    [InlineData("MetaStore.Server.Services")]
    public async Task Start_ThatFails_LeavesNoFileOpenAndNoPortTaken(string category)
    {
        await using var node = new SingleNode();
        await Assert.ThrowsAsync<NotSupportedException>(() => node.StartAsync(new RefusingLoggers(category)));
        Assert.DoesNotContain(OpenFiles(), path => path.StartsWith(node.DataDir, StringComparison.Ordinal));
        await node.StartAsync();
    }

    private static IEnumerable<string> OpenFiles() => new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Select(file => file.LinkTarget ?? "");

    /// <summary>Fails where a part of the node asks for the logger of a category.</summary>
    private sealed class RefusingLoggers(string category) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => categoryName == category ? throw new NotSupportedException(category) : NullLogger.Instance;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
