using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.Server.Watch;
using MetaStore.Server.Watch.Sending;

namespace MetaStore.Server.Tests.Watch.Sending;

/// <summary>Responses that are encoded by hand are those that the generated code reads, whatever their size and however they are cut.</summary>
public sealed class WatchResponseWriterTests : IDisposable
{
    private readonly WatchHubFixture _hub = new();
    private readonly WatchStream _stream;

    public WatchResponseWriterTests() => _stream = _hub.Open();

    public void Dispose()
    {
        _stream.Dispose();
        _hub.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void WatchId_OfAnyValue_IsRead(long id)
    {
        WatchItem item = Events(1, 10, id);
        WatchResponse message = Assert.Single(Write(item).Messages);
        Assert.Equal((id, 1, false, false), (message.WatchId, message.Events.Count, message.Created, message.Canceled));
        Assert.Equal(
            (WatchHubFixture.Cluster, WatchHubFixture.Member, 2L, 3UL),
            (message.Header.ClusterId, message.Header.MemberId, message.Header.Revision, message.Header.RaftTerm));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3_900)]
    [InlineData(4_000)]
    [InlineData(4_096)]
    [InlineData(70_000)]
    [InlineData(200_000)]
    public void Events_OfAnySize_AreAllThere(int valueBytes)
    {
        WatchResponse message = Assert.Single(Write(Events(3, valueBytes)).Messages);
        Assert.Equal([valueBytes, valueBytes, valueBytes], message.Events.Select(change => change.Kv.Value.Length));
        Assert.Equal(["k0", "k1", "k2"], message.Events.Select(change => change.Kv.Key.ToStringUtf8()));
    }

    /// <summary>Watchers of the same range share a batch, which is encoded once.</summary>
    [Fact]
    public void SharedEvents_AreTheSameForEachWatcher_ApartFromTheId()
    {
        _stream.Create(WatchHubFixture.Request("k", "l", id: 5));
        _stream.Create(WatchHubFixture.Request("k", "l", id: 6));
        WatchHubFixture.Take(_stream);
        _hub.Put("k1", "v");
        _hub.Deliver();
        List<WatchResponse> messages = Write([.. WatchHubFixture.Take(_stream)]).Messages;
        Assert.Equal([5L, 6], messages.Select(message => message.WatchId).Order());
        Assert.Equal(messages[0].Events, messages[1].Events);
    }

    [Fact]
    public void Delete_CarriesKeyAndRevision_AndThePairBefore()
    {
        WatchCreateRequest request = WatchHubFixture.Request("a");
        request.PrevKv = true;
        _stream.Create(request);
        _hub.Put("a", "old");
        _hub.Delete("a");
        _hub.Deliver();
        Event last = Write([.. WatchHubFixture.Take(_stream).Where(item => item.Run is not null)]).Messages.SelectMany(message => message.Events).Last();
        Assert.Equal(Event.Types.EventType.Delete, last.Type);
        Assert.Equal(("a", 3L, 0L, "old"), (last.Kv.Key.ToStringUtf8(), last.Kv.ModRevision, last.Kv.Version, last.PrevKv.Value.ToStringUtf8()));
    }

    [Fact]
    public void Term_ThatChanges_IsInTheNextHeader()
    {
        var output = new RecordedResponses();
        var writer = new WatchResponseWriter(output, _hub.Headers, 1 << 20);
        int next = 0;
        WatchItem item = Events(1, 10);
        Assert.True(writer.Write(item, ref next, int.MaxValue));
        _hub.SetTerm(ulong.MaxValue);
        next = 0;
        Assert.True(writer.Write(item, ref next, int.MaxValue));
        Assert.Equal([3UL, ulong.MaxValue], output.Messages.Select(message => message.Header.RaftTerm));
    }

    [Fact]
    public void Answer_IsWrittenAsItIs()
    {
        var answer = new WatchResponse { WatchId = 7, Canceled = true, CancelReason = "why", CompactRevision = 9, Header = _hub.Headers.At(4) };
        Assert.Equal(answer, Assert.Single(Write(new WatchItem(null, null, answer)).Messages));
    }

    /// <summary>A message that is written in parts has the same bytes as one that is written whole.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    [InlineData(5_000)]
    public void Parts_TogetherAreTheMessage(int partBytes)
    {
        WatchItem item = Events(20, 700);
        WatchResponse whole = Assert.Single(Write(item).Messages);
        var output = new RecordedResponses();
        var writer = new WatchResponseWriter(output, _hub.Headers, 1 << 20);
        int next = 0, parts = 1;
        while (!writer.Write(item, ref next, partBytes))
        {
            parts++;
        }

        Assert.Equal(whole, Assert.Single(output.Messages));
        Assert.InRange(parts, 2, 20);
    }

    private WatchItem Events(int count, int valueBytes, long id = 1)
    {
        _stream.Create(WatchHubFixture.Request("k", "l", id));
        WatchHubFixture.Take(_stream);
        return _hub.PutTogether(_stream, count, valueBytes);
    }

    private RecordedResponses Write(params WatchItem[] items)
    {
        var output = new RecordedResponses();
        var writer = new WatchResponseWriter(output, _hub.Headers, 1 << 20);
        foreach (WatchItem item in items)
        {
            int next = 0;
            Assert.True(writer.Write(item, ref next, int.MaxValue));
        }

        return output;
    }
}
