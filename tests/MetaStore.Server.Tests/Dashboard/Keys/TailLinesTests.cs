using System.Text;
using System.Text.Json;
using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.Server.Dashboard.Keys;
using MetaStore.Server.Dashboard.Pages;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Dashboard.Keys;

/// <summary>Lines of a tail, second by second: a hundred changes each, the number of the others, and a sign of life.</summary>
public sealed class TailLinesTests : IDisposable
{
    private readonly MemoryStream _body = new();
    private readonly LineStream _stream;
    private readonly TailLines _tail;
    private int _read;

    public TailLinesTests()
    {
        _stream = new LineStream(new DefaultHttpContext { Response = { Body = _body } });
        _tail = new TailLines(_stream, CancellationToken.None);
    }

    public void Dispose() => _stream.Dispose();

    [Fact]
    public async Task Created_IsALineWithItsRevision_AndNoChanges()
    {
        await _tail.WriteAsync(new WatchResponse { Header = new ResponseHeader { Revision = 7 }, Created = true });
        Assert.Equal(["""{"revision":"7","changes":[]}"""], Lines());
    }

    [Fact]
    public async Task Changes_HaveKeyAndValue_DeletesNeither_AndAreInOrder()
    {
        await _tail.WriteAsync(Changes(
            new Event { Kv = new KeyValue { Key = ByteString.CopyFromUtf8("a"), Value = ByteString.CopyFromUtf8("1"), ModRevision = 5, CreateRevision = 5, Version = 1 } },
            new Event { Type = Event.Types.EventType.Delete, Kv = new KeyValue { Key = ByteString.CopyFromUtf8("b"), ModRevision = 6 } }));
        JsonElement[] changes = [.. JsonDocument.Parse(Assert.Single(Lines())).RootElement.GetProperty("changes").EnumerateArray()];
        Assert.Equal([("YQ==", false, "5"), ("Yg==", true, "6")], changes.Select(change =>
            (change.GetProperty("key").GetString()!, change.GetProperty("delete").GetBoolean(), change.GetProperty("mod_revision").GetString()!)));
        Assert.Equal("MQ==", changes[0].GetProperty("value").GetString());
    }

    [Fact]
    public async Task MoreThanAHundredInASecond_AreCounted_AndTheNextSecondHasRoomAgain()
    {
        await _tail.WriteAsync(Many(60));
        await _tail.WriteAsync(Many(60));
        await _tail.WriteAsync(Many(60));
        Assert.Equal([60, 40], Lines().Select(ChangesOf));
        await _tail.TickAsync();
        Assert.Equal(["""{"left_out":80}"""], Lines());
        await _tail.WriteAsync(Many(100));
        Assert.Equal([100], Lines().Select(ChangesOf));
        await _tail.TickAsync();
        Assert.Empty(Lines());
    }

    [Fact]
    public async Task QuietTail_HasAnEmptyLineAfterFifteenSeconds_AndAgain()
    {
        for (int round = 0; round < 2; round++)
        {
            for (int second = 1; second < 15; second++)
            {
                await _tail.TickAsync();
                Assert.Empty(Lines());
            }

            await _tail.TickAsync();
            Assert.Equal(["""{"left_out":0}"""], Lines());
        }
    }

    [Fact]
    public async Task Change_StartsTheQuietSecondsAgain()
    {
        await TicksAsync(14);
        await _tail.WriteAsync(Many(1));
        Assert.Single(Lines());
        await TicksAsync(14);
        Assert.Empty(Lines());
    }

    [Fact]
    public async Task EndOfTheWatch_SaysWhy_AndNamesACompactedRevision()
    {
        await _tail.WriteAsync(new WatchResponse { Header = new ResponseHeader { Revision = 9 }, Canceled = true, CancelReason = "no \"right\"" });
        await _tail.WriteAsync(new WatchResponse { Header = new ResponseHeader { Revision = 9 }, Canceled = true, CompactRevision = 4, CancelReason = "mvcc" });
        await _tail.EndAsync("etcdserver: no leader");
        Assert.Equal(
            [("no \"right\""), "compacted up to revision 4", "etcdserver: no leader"],
            Lines().Select(line => JsonDocument.Parse(line).RootElement.GetProperty("ended").GetString()!));
    }

    private static int ChangesOf(string line) => JsonDocument.Parse(line).RootElement.GetProperty("changes").GetArrayLength();

    private static WatchResponse Many(int count) => Changes([.. Enumerable.Range(0, count).Select(_ => new Event { Kv = new KeyValue() })]);

    private static WatchResponse Changes(params Event[] events) => new() { Header = new ResponseHeader { Revision = 9 }, Events = { events } };

    private async Task TicksAsync(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            await _tail.TickAsync();
        }
    }

    /// <summary>The lines written since the last call.</summary>
    private string[] Lines()
    {
        string text = Encoding.UTF8.GetString(_body.ToArray()[_read..]);
        _read = (int)_body.Length;
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
