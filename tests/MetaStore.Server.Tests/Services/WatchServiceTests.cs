using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing.Processes;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Server.Tests.Services;

/// <summary>The Watch service over the wire, on one node.</summary>
public abstract class WatchServiceTests(string engine) : IAsyncLifetime
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private SingleNode _node = null!;
    private GrpcChannel _channel = null!;
    private AsyncDuplexStreamingCall<WatchRequest, WatchResponse> _call = null!;

    public async Task InitializeAsync()
    {
        _node = await SingleNode.StartNewAsync(EngineFlags.Of(engine, "--watch-progress-notify-interval=100ms"));
        await _node.SettledAsync();
        _channel = GrpcChannel.ForAddress(_node.Url);
        _call = new Protocol.Etcd.Watch.WatchClient(_channel).Watch();
    }

    public async Task DisposeAsync()
    {
        _call.Dispose();
        _channel.Dispose();
        await _node.DisposeAsync();
        _limit.Dispose();
    }

    [SkippableFact]
    public async Task Create_Answers_WithTheNextFreeId()
    {
        long[] ids = [(await CreateAsync("a")).WatchId, (await CreateAsync("a", 1)).WatchId, (await CreateAsync("a")).WatchId, (await CreateAsync("a", -9)).WatchId];
        Assert.Equal([0L, 1L, 2L, -9L], ids);
    }

    [SkippableFact]
    public async Task Create_WhatCannotBe_IsCreatedAndCanceledAtOnce()
    {
        await CreateAsync("a", 5);
        await RefusedAsync(Request("a", id: 5), "mvcc: duplicate watch ID provided on the WatchStream");
        await RefusedAsync(Request("b", "a"), "mvcc: watcher range is empty");
        await RefusedAsync(Request("a", start: -1), "etcdserver: mvcc: required revision has been compacted");
        Assert.Equal(0, (await CreateAsync("a")).WatchId);
    }

    [SkippableFact]
    public async Task Events_PutAndDelete_CarryWhatEtcdSends()
    {
        await CreateAsync("a", 0, prevKv: true);
        await PutAsync("a", "1");
        await PutAsync("a", "2");
        await DeleteAsync("a");
        var events = await EventsAsync(3);
        Assert.Equal(
            ["{ \"kv\": { \"key\": \"YQ==\", \"createRevision\": \"2\", \"modRevision\": \"2\", \"version\": \"1\", \"value\": \"MQ==\" } }",
             "{ \"kv\": { \"key\": \"YQ==\", \"createRevision\": \"2\", \"modRevision\": \"3\", \"version\": \"2\", \"value\": \"Mg==\" }, " +
             "\"prevKv\": { \"key\": \"YQ==\", \"createRevision\": \"2\", \"modRevision\": \"2\", \"version\": \"1\", \"value\": \"MQ==\" } }",
             "{ \"type\": \"DELETE\", \"kv\": { \"key\": \"YQ==\", \"modRevision\": \"4\" }, " +
             "\"prevKv\": { \"key\": \"YQ==\", \"createRevision\": \"2\", \"modRevision\": \"3\", \"version\": \"2\", \"value\": \"Mg==\" } }"],
            events.Select(change => JsonFormatter.Default.Format(change)));
    }

    [SkippableFact]
    public async Task Events_HistoryAndLive_ComeOnceAndInOrder()
    {
        for (int i = 0; i < 3000; i++)
        {
            await PutAsync($"k{i % 7}", $"{i}");
        }

        await SendAsync(Request("k", "l", start: 2));
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < 1000; i++)
            {
                await PutAsync($"k{i % 7}", $"{i}");
            }
        });
        Assert.True((await ReadAsync()).Created);
        var events = await EventsAsync(4000);
        await writing;
        Assert.Equal(Enumerable.Range(2, 4000), events.Select(change => (int)change.Kv.ModRevision));
    }

    [SkippableFact]
    public async Task Compacted_Start_IsCreatedThenCanceledWithTheRevision()
    {
        for (int i = 0; i < 5; i++)
        {
            await PutAsync("a", $"{i}");
        }

        await _node.CallAsync<CompactionResponse>("KV/Compact", new CompactionRequest { Revision = 4 });
        Assert.True((await CreateAsync("a", start: 2)).Created);
        WatchResponse canceled = await ReadAsync();
        Assert.Equal((true, 4L, "", 0L, 0L), (canceled.Canceled, canceled.CompactRevision, canceled.CancelReason, canceled.Header.Revision, canceled.WatchId));
    }

    [SkippableFact]
    public async Task Cancel_KnownAndUnknown_AnswersOnlyTheKnown()
    {
        await CreateAsync("a");
        await _call.RequestStream.WriteAsync(new WatchRequest { CancelRequest = new WatchCancelRequest { WatchId = 7 } }, _limit.Token);
        await _call.RequestStream.WriteAsync(new WatchRequest { CancelRequest = new WatchCancelRequest { WatchId = 0 } }, _limit.Token);
        WatchResponse answer = await ReadAsync();
        Assert.Equal((0L, true, "", 1L), (answer.WatchId, answer.Canceled, answer.CancelReason, answer.Header.Revision));
        await PutAsync("a", "unseen");
        Assert.Equal(1, (await CreateAsync("a")).WatchId);
    }

    [SkippableFact]
    public async Task Progress_Requested_FollowsTheEvents()
    {
        await CreateAsync("a");
        for (int i = 0; i < 100; i++)
        {
            await PutAsync("a", $"{i}");
        }

        await _call.RequestStream.WriteAsync(new WatchRequest { ProgressRequest = new WatchProgressRequest() }, _limit.Token);
        long last = 0;
        while (await ReadAsync() is { Events.Count: > 0 } response)
        {
            last = response.Events[^1].Kv.ModRevision;
        }

        Assert.Equal(101, last);
    }

    [SkippableFact]
    public async Task Progress_WatchOfAFutureRevision_IsNotNotified()
    {
        await CreateAsync("a", start: 10);
        await _call.RequestStream.WriteAsync(new WatchRequest { ProgressRequest = new WatchProgressRequest() }, _limit.Token);
        Assert.True((await CreateAsync("b")).Created);
    }

    [SkippableFact]
    public async Task Progress_Notify_SendsTheRevisionToAnIdleWatch()
    {
        await PutAsync("b", "1");
        WatchRequest request = Request("a");
        request.CreateRequest.ProgressNotify = true;
        await SendAsync(request);
        await ReadAsync();
        WatchResponse notice = await ReadAsync();
        Assert.Equal((0L, 0, 2L), (notice.WatchId, notice.Events.Count, notice.Header.Revision));
    }

    [SkippableFact]
    public async Task Fragments_LargeRevision_IsCutOnlyWhenAsked()
    {
        WatchRequest asks = Request("a", "c");
        asks.CreateRequest.Fragment = true;
        await SendAsync(asks);
        await ReadAsync();
        var txn = new TxnRequest();
        foreach (string key in new[] { "a", "aa", "ab" })
        {
            await PutAsync(key, new string('x', 1_000_000));
            txn.Success.Add(new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key) } });
        }

        await EventsAsync(3);
        asks.CreateRequest.PrevKv = true;
        await SendAsync(asks);
        await ReadAsync();
        await _node.CallAsync<TxnResponse>("KV/Txn", txn);
        var fragments = new List<(bool Fragment, int Events)>();
        while (fragments.Sum(response => response.Events) < 6)
        {
            WatchResponse response = await ReadAsync();
            if (response.WatchId == 1)
            {
                fragments.Add((response.Fragment, response.Events.Count));
            }
            else
            {
                Assert.Equal((false, 3), (response.Fragment, response.Events.Count));
                fragments.Add((false, 3));
            }
        }

        fragments.Remove((false, 3));
        Assert.Equal([(true, 2), (false, 1)], fragments);
    }

    [SkippableFact]
    public async Task HalfClose_EventsGoOnAsInEtcd()
    {
        await CreateAsync("a");
        await _call.RequestStream.CompleteAsync();
        await PutAsync("a", "1");
        Assert.Equal(2, (await EventsAsync(1))[0].Kv.ModRevision);
    }

    [SkippableFact]
    public async Task WatchersPerStream_HaveABound()
    {
        await using SingleNode node = await SingleNode.StartNewAsync(EngineFlags.Of(engine, "--watchers-per-stream=2"));
        using var channel = GrpcChannel.ForAddress(node.Url);
        using var call = new Protocol.Etcd.Watch.WatchClient(channel).Watch();
        var ids = new List<long>();
        for (int i = 0; i < 3; i++)
        {
            await call.RequestStream.WriteAsync(Request("a"), _limit.Token);
            ids.Add((await call.ResponseStream.ReadAsync(_limit.Token))!.WatchId);
        }

        Assert.Equal([0L, 1L, -1L], ids);
    }

    private static WatchRequest Request(string key, string end = "", long id = 0, long start = 0) => new()
    {
        CreateRequest = new WatchCreateRequest
        {
            Key = ByteString.CopyFromUtf8(key),
            RangeEnd = ByteString.CopyFromUtf8(end),
            WatchId = id,
            StartRevision = start,
        },
    };

    private async Task<WatchResponse> CreateAsync(string key, long id = 0, long start = 0, bool prevKv = false)
    {
        WatchRequest request = Request(key, id: id, start: start);
        request.CreateRequest.PrevKv = prevKv;
        await SendAsync(request);
        return await ReadAsync();
    }

    private async Task RefusedAsync(WatchRequest request, string reason)
    {
        await SendAsync(request);
        WatchResponse answer = await ReadAsync();
        Assert.Equal((-1L, true, true, reason, 1L), (answer.WatchId, answer.Created, answer.Canceled, answer.CancelReason, answer.Header.Revision));
    }

    private async Task SendAsync(WatchRequest request) => await _call.RequestStream.WriteAsync(request, _limit.Token);

    private async Task<WatchResponse> ReadAsync() => await _call.ResponseStream.ReadAsync(_limit.Token) ?? throw new InvalidOperationException("the stream has ended");

    private async Task<List<Event>> EventsAsync(int count)
    {
        var events = new List<Event>();
        while (events.Count < count)
        {
            WatchResponse response = await ReadAsync();
            Assert.True(response.Header.Revision >= response.Events[^1].Kv.ModRevision);
            events.AddRange(response.Events);
        }

        return events;
    }

    private Task PutAsync(string key, string value) => _node.CallAsync<PutResponse>(
        "KV/Put", new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) });

    private Task DeleteAsync(string key) => _node.CallAsync<DeleteRangeResponse>(
        "KV/DeleteRange", new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key) });
}
