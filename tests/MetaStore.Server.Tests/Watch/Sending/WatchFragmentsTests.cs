using MetaStore.Protocol.Etcd;
using MetaStore.Server.Watch;
using MetaStore.Server.Watch.Sending;

namespace MetaStore.Server.Tests.Watch.Sending;

/// <summary>Where the events of one revision are cut for watchers that asked for fragments. Source: etcd's watch server.</summary>
public sealed class WatchFragmentsTests : IDisposable
{
    private const int ValueBytes = 1_000;

    private readonly WatchHubFixture _hub = new();
    private readonly WatchStream _stream;

    public WatchFragmentsTests() => _stream = _hub.Open();

    public void Dispose()
    {
        _stream.Dispose();
        _hub.Dispose();
    }

    [Theory]
    [InlineData(2_000, new[] { 1, 1, 1, 1, 1, 1, 1 })]
    [InlineData(2_200, new[] { 2, 2, 2, 1 })]
    [InlineData(3_300, new[] { 3, 3, 1 })]
    [InlineData(10_000, new[] { 7 })]
    [InlineData(500, new[] { 1, 1, 1, 1, 1, 1, 1 })]
    [InlineData(0, new[] { 1, 1, 1, 1, 1, 1, 1 })]
    public void Messages_StayBelowTheLimit_UnlessOneEventIsLarger(int fragmentBytes, int[] counts)
    {
        List<WatchResponse> messages = Write(asks: true, fragmentBytes, int.MaxValue, out RecordedResponses output);
        Assert.Equal(counts, messages.Select(message => message.Events.Count));
        Assert.Equal(counts.Select((_, at) => at < counts.Length - 1), messages.Select(message => message.Fragment));
        Assert.All(messages, message => Assert.Equal((4L, 2L), (message.WatchId, message.Header.Revision)));
        Assert.Equal(Enumerable.Range(0, 7).Select(key => $"k{key}"), messages.SelectMany(message => message.Events).Select(change => change.Kv.Key.ToStringUtf8()));
        Assert.All(output.Lengths.Zip(counts).Where(message => message.Second > 1), message => Assert.True(message.First < fragmentBytes, $"{message.First} bytes"));
    }

    [Fact]
    public void WatcherThatDidNotAsk_GetsOneMessage()
    {
        WatchResponse whole = Assert.Single(Write(asks: false, fragmentBytes: 2_000, int.MaxValue, out _));
        Assert.Equal((7, false), (whole.Events.Count, whole.Fragment));
    }

    /// <summary>Between two parts the sender flushes; the next part goes on with the next message.</summary>
    [Fact]
    public void Parts_EndBetweenMessages()
    {
        List<WatchResponse> inParts = Write(asks: true, fragmentBytes: 2_200, partBytes: 1, out _);
        Assert.Equal([2, 2, 2, 1], inParts.Select(message => message.Events.Count));
        Assert.Equal([true, true, true, false], inParts.Select(message => message.Fragment));
    }

    private List<WatchResponse> Write(bool asks, long fragmentBytes, int partBytes, out RecordedResponses output)
    {
        WatchCreateRequest request = WatchHubFixture.Request("k", "l", id: 4);
        request.Fragment = asks;
        _stream.Create(request);
        WatchHubFixture.Take(_stream);
        WatchItem item = _hub.PutTogether(_stream, 7, ValueBytes);
        output = new RecordedResponses();
        var writer = new WatchResponseWriter(output, _hub.Headers, fragmentBytes);
        int next = 0;
        while (!writer.Write(item, ref next, partBytes))
        {
            Assert.InRange(next, 1, 6);
        }

        return output.Messages;
    }
}
