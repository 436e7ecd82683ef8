using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Proposals;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Proposals;

public sealed class CompressionFaultsTests
{
    [Fact]
    public void Faults_AreLoggedAtOnce_ThenTogetherOnceAMinute()
    {
        var time = new FakeTimeProvider();
        var log = new LogSink();
        var faults = new CompressionFaults(new ServerLog(log), time);
        for (int i = 0; i < 5; i++)
        {
            faults.Add(new InvalidOperationException("no memory"));
        }

        Assert.StartsWith("1 batches", Assert.Single(log.Lines), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromMinutes(1));
        faults.Add(new InvalidOperationException("no memory"));
        Assert.StartsWith("5 batches", log.Lines.Last(), StringComparison.Ordinal);
        Assert.Equal(2, log.Lines.Count);
    }
}
