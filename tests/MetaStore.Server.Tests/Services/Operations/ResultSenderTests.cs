using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Responses;
using MetaStore.Server.Services.Operations;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Services.Operations;

/// <summary>Results of one stream: gathered while a message is sent, cut at its size, released when they are sent or never will be.</summary>
public sealed class ResultSenderTests : IServerStreamWriter<OperationsResponse>, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _end = new();
    private readonly List<OperationsResponse> _messages = [];
    private readonly ResultSender _sender;
    private Func<Task> _connection = () => Task.CompletedTask;
    private int _sent;

    public ResultSenderTests() => _sender = new ResultSender(this, _end, count => Interlocked.Add(ref _sent, count), new OperationMetrics());

    public WriteOptions? WriteOptions { get; set; }

    public void Dispose() => _end.Dispose();

    [Fact]
    public async Task Stream_WithoutOperations_EndsWhenItIsComplete()
    {
        Assert.False(_sender.Ended.IsCompleted);
        _sender.Complete();
        await _sender.Ended.WaitAsync(Limit);
        Assert.Empty(_messages);
    }

    [Fact]
    public async Task Results_ThatComeDuringAWrite_AreSentTogetherNext()
    {
        var written = new TaskCompletionSource();
        _connection = () => written.Task;
        Add(0);
        await Eventually.TrueAsync(() => _messages.Count == 1, Limit, () => "nothing is sent");
        for (int id = 1; id < 6; id++)
        {
            Add(id);
        }

        Assert.Equal((0, 6), _sender.Counts);
        _connection = () => Task.CompletedTask;
        _sender.Complete();
        written.SetResult();
        await _sender.Ended.WaitAsync(Limit);
        Assert.Equal([1, 5], _messages.Select(message => message.Results.Count));
        Assert.Equal([0UL, 1, 2, 3, 4, 5], _messages.SelectMany(message => message.Results).Select(result => result.Id));
        Assert.Equal((6, (0, 0)), (_sent, _sender.Counts));
    }

    [Fact]
    public async Task Stream_EndsOnlyWithItsLastResult()
    {
        _sender.Open();
        _sender.Complete();
        Assert.False(_sender.Ended.IsCompleted);
        Assert.Equal((0, 0), (_sender.Counts.Unsent, _messages.Count));
        _sender.Add(Finished(1, new Hold()));
        await _sender.Ended.WaitAsync(Limit);
        Assert.Single(_messages);
    }

    /// <summary>Above a quarter of a mebibyte a message takes no further result; one that is larger itself goes alone.</summary>
    [Theory]
    [InlineData(100_000, 6, new[] { 1, 3, 2 })]
    [InlineData(300_000, 3, new[] { 1, 1, 1 })]
    [InlineData(1, 3000, new[] { 1, 1024, 1024, 951 })]
    public async Task Messages_AreCutAtTheirSize(int bytes, int count, int[] expected)
    {
        var written = new TaskCompletionSource();
        _connection = () => written.Task;
        Add(0, bytes);
        await Eventually.TrueAsync(() => _messages.Count == 1, Limit, () => "nothing is sent");
        for (int id = 1; id < count; id++)
        {
            Add(id, bytes);
        }

        _connection = () => Task.CompletedTask;
        _sender.Complete();
        written.SetResult();
        await _sender.Ended.WaitAsync(Limit);
        Assert.Equal(expected, _messages.Select(message => message.Results.Count));
        Assert.Equal(count, _sent);
    }

    [Fact]
    public async Task Holds_AreReleasedOnceTheirMessageIsSent()
    {
        var written = new TaskCompletionSource();
        _connection = () => written.Task;
        Hold hold = Add(0);
        await Eventually.TrueAsync(() => hold.IsSending, Limit, () => "nothing is sent");
        Assert.False(hold.IsReleased);
        written.SetResult();
        _sender.Complete();
        await _sender.Ended.WaitAsync(Limit);
        Assert.True(hold.IsReleased);
    }

    /// <summary>A client that leaves is no failure: the stream ends in its order, and nothing stays held.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Client_ThatLeaves_EndsTheReading_AndReleasesAll(int kind)
    {
        Exception gone = kind switch
        {
            0 => new RpcException(new Status(StatusCode.Cancelled, "gone")),
            1 => new OperationCanceledException(),
            2 => new IOException(),
            _ => new InvalidOperationException("the call is complete"),
        };
        _connection = () => Task.FromException(gone);
        Hold first = Add(0), second = Add(1);
        await Eventually.TrueAsync(() => _end.IsCancellationRequested, Limit, () => "the stream is still read");
        Hold third = Add(2);
        _sender.Complete();
        await _sender.Ended.WaitAsync(Limit);
        Assert.All([first, second, third], hold => Assert.True(hold.IsReleased));
        Assert.Equal(3, _sent);
    }

    /// <summary>What no client causes ends the call with its exception; budget that is held for results must not be lost with it.</summary>
    [Fact]
    public async Task UnexpectedFailure_EndsTheStream_AndReleasesAll()
    {
        var written = new TaskCompletionSource();
        _connection = () => written.Task;
        Hold sending = Add(0);
        await Eventually.TrueAsync(() => sending.IsSending, Limit, () => "nothing is sent");
        Hold waiting = Add(1);
        written.SetException(new NotSupportedException("a bug"));
        await Assert.ThrowsAsync<NotSupportedException>(() => _sender.Ended.WaitAsync(Limit));
        Hold late = Add(2);
        Assert.True(_end.IsCancellationRequested);
        Assert.Equal([true, true, true], new[] { sending, waiting, late }.Select(hold => hold.IsReleased));
    }

    Task IAsyncStreamWriter<OperationsResponse>.WriteAsync(OperationsResponse message)
    {
        _messages.Add(message.Clone());
        return _connection();
    }

    private Hold Add(int id, int bytes = 10)
    {
        var hold = new Hold();
        _sender.Open();
        _sender.Add(Finished(id, hold, bytes));
        return hold;
    }

    private static FinishedOperation Finished(int id, Hold hold, int bytes = 10)
    {
        ServerCall call = new LocalCallContext("test").Call;
        call.HoldUntilSent(hold);
        var range = new RangeResponse { Kvs = { new Protocol.Mvcc.KeyValue { Value = ByteString.CopyFrom(new byte[bytes]) } } };
        return new FinishedOperation(new KvResult { Id = (ulong)id, Range = range }, call);
    }

    private sealed class Hold : IResponseHold
    {
        public bool IsOverdue => false;

        public bool IsSending { get; private set; }

        public bool IsReleased { get; private set; }

        public void OnSending() => IsSending = true;

        public void Dispose() => IsReleased = true;
    }
}
