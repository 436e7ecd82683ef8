using MetaStore.Raft.Runtime.Transport.Handshake;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Transport;

/// <summary>A process of another cluster that connects repeatedly.</summary>
public sealed class RejectionLogTests
{
    private readonly LogSink _log = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void SameReason_FromTheSameHost_IsLoggedOnceAMinute()
    {
        RejectionLog refusals = new(_log, _time);
        for (int i = 0; i < 100; i++)
        {
            refusals.Refused($"127.0.0.1:{40000 + i}", Of("wrong cluster"));
        }

        Assert.Single(_log.Warnings);
        _time.Advance(TimeSpan.FromMinutes(1));
        refusals.Refused("127.0.0.1:50000", Of("wrong cluster"));

        Assert.Equal(2, _log.Warnings.Count);
        Assert.Contains("99 more since", _log.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void OtherReasonOrHost_IsLogged()
    {
        RejectionLog refusals = new(_log, _time);
        refusals.Refused("127.0.0.1:1", Of("wrong cluster"));
        refusals.Refused("127.0.0.1:1", Of("garbage"));
        refusals.Refused("127.0.0.2:1", Of("garbage"));
        Assert.Equal(3, _log.Warnings.Count);
    }

    [Fact]
    public void ManyDifferentReasons_AreBounded_AndLoggedAgainLater()
    {
        RejectionLog refusals = new(_log, _time);
        for (int i = 0; i < 1000; i++)
        {
            refusals.Refused("127.0.0.1:1", Of($"garbage {i}"));
        }

        Assert.Equal(64, _log.Warnings.Count);
        _time.Advance(TimeSpan.FromMinutes(1));
        refusals.Refused("127.0.0.1:1", Of("garbage again"));
        Assert.Equal(65, _log.Warnings.Count);
    }

    private static Refusal Of(string reason) => new(RefusalKind.Protocol, reason);
}
