using System.Net;
using System.Threading.Channels;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.IO;
using MetaStore.Protocol.Etcd;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Leases;
using MetaStore.Server.Listening;
using MetaStore.Server.Services;
using MetaStore.Server.Tests.Calls.Echoing;

namespace MetaStore.Server.Tests.Forwarding;

/// <summary>The stream from a follower to the leader, with a leader that answers when the test says so.</summary>
public sealed class ForwardedKeepAlivesTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly LeadershipState _leadership = new(TimeProvider.System, BackgroundWork.ThreadPool);
    private readonly Leader _leader = new();
    private readonly GrpcListener _listener;
    private GrpcChannel? _channel;

    public ForwardedKeepAlivesTests()
    {
        var options = new ListenerOptions();
        options.Endpoints.Add(new ListenerEndpoint(new IPEndPoint(IPAddress.Loopback, 0)));
        _listener = new GrpcListener(options, new ServiceBinder().AddLease(_leader).Build(), new EchoPages(), new LogSink());
        _leadership.Set(new SoftState(2, Role.Follower), 3);
    }

    public async Task InitializeAsync()
    {
        await _listener.StartAsync();
        _channel = GrpcChannel.ForAddress($"http://{_listener.EndPoints[0]}");
    }

    public async Task DisposeAsync()
    {
        _channel!.Dispose();
        await _listener.DisposeAsync();
    }

    [Fact]
    public async Task Renewals_AreAnsweredInOrder_OverOneStream()
    {
        await using ForwardedKeepAlives stream = Open();
        for (int round = 0; round < 2; round++)
        {
            Written written = new();
            var answers = new KeepAliveResponses(written);
            answers.Begin(new ResponseHeader());
            _leader.Allow(3);
            await stream.RenewAsync([.. Enumerable.Range(1, 3).Select(id => new LeaseKeepAliveRequest { ID = id })], answers).AsTask().WaitAsync(Limit);
            await answers.FlushAsync();
            Assert.Equal([1L, 2L, 3L], written.Ids);
            Assert.False(stream.IsOver);
        }

        Assert.Equal(1, _leader.Streams);
        Assert.True(_leader.WasMarked);
    }

    [Fact]
    public async Task ChangeOfLeader_EndsTheStream_WithTheAnswersSoFar()
    {
        await using ForwardedKeepAlives stream = Open();
        var answers = new KeepAliveResponses(new Written());
        answers.Begin(new ResponseHeader());
        _leader.Allow(1);
        Task renewing = stream.RenewAsync([new LeaseKeepAliveRequest { ID = 1 }, new LeaseKeepAliveRequest { ID = 2 }], answers).AsTask();
        await _leader.Answered.WaitAsync(Limit);
        _leadership.Set(new SoftState(4, Role.Follower), 5);
        await renewing.WaitAsync(Limit);
        Assert.True(stream.IsOver);
        Assert.InRange(answers.Count, 0, 1);
    }

    private ForwardedKeepAlives Open() => new(
        2, new LeaderForwarder(_leadership, Limit, TimeProvider.System), _channel!, new Metadata { { OnwardHeaders.Forwarded, "1" } }, Limit, CancellationToken.None);

    private sealed class Leader : Lease.LeaseBase
    {
        private readonly Channel<bool> _allowed = Channel.CreateUnbounded<bool>();
        private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Streams { get; private set; }

        public bool WasMarked { get; private set; }

        public Task Answered => _answered.Task;

        public void Allow(int answers)
        {
            for (int i = 0; i < answers; i++)
            {
                Assert.True(_allowed.Writer.TryWrite(true));
            }
        }

        public override async Task LeaseKeepAlive(
            IAsyncStreamReader<LeaseKeepAliveRequest> requests, IServerStreamWriter<LeaseKeepAliveResponse> responses, ServerCallContext context)
        {
            Streams++;
            WasMarked = context.RequestHeaders.Get(OnwardHeaders.Forwarded) is not null;
            while (await requests.MoveNext(context.CancellationToken))
            {
                await _allowed.Reader.ReadAsync(context.CancellationToken);
                await responses.WriteAsync(new LeaseKeepAliveResponse { ID = requests.Current.ID, TTL = 5 });
                _answered.TrySetResult();
            }
        }
    }

    private sealed class Written : IServerStreamWriter<LeaseKeepAliveResponse>
    {
        public List<long> Ids { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(LeaseKeepAliveResponse message)
        {
            Ids.Add(message.ID);
            return Task.CompletedTask;
        }
    }
}
