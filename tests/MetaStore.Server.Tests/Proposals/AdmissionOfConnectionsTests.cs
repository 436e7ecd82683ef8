using System.Net.Http.Json;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Locks;
using MetaStore.Protocol.V1;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Proposals;

/// <summary>Admission as seen by clients, over real connections. A batcher that waits for its timeout keeps the credits in use until the test has checked.</summary>
public sealed class AdmissionOfConnectionsTests : IAsyncLifetime
{
    private const long Lease = 77;
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    private readonly List<Task> _calls = [];
    private SingleNode _node = null!;
    private GrpcChannel _one = null!;
    private GrpcChannel _other = null!;
    private Protocol.V1.Batching.BatchingClient _admin = null!;

    public async Task InitializeAsync()
    {
        _node = await SingleNode.StartNewAsync();
        await _node.SettledAsync();
        _one = GrpcChannel.ForAddress(_node.Url);
        _other = GrpcChannel.ForAddress(_node.Url);
        _admin = new Protocol.V1.Batching.BatchingClient(_one);
        await new Lease.LeaseClient(_one).LeaseGrantAsync(new LeaseGrantRequest { ID = Lease, TTL = 600 });
    }

    public async Task DisposeAsync()
    {
        _one.Dispose();
        _other.Dispose();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task Credits_AreCountedForTheConnectionOfTheCall_AndThoseInReserveAreLeftForRevokesAndCompactions()
    {
        await HoldAsync(new AdmissionSettings { Mode = AdmissionMode.Fixed, InitialCredits = 2, MinCredits = 1, MaxWaitUs = 20_000_000, ReservedCredits = 2 });
        Put(_one);
        Put(_one);
        await UntilAsync(stats => stats is { Held: 2, Waiting: 0, Connections: 1, MostHeldByOne: 2 });
        Put(_one);
        Put(_other);
        await UntilAsync(stats => stats is { Held: 2, Waiting: 2, Connections: 2, MostHeldByOne: 2 });

        _calls.Add(new Lease.LeaseClient(_one).LeaseRevokeAsync(new LeaseRevokeRequest { ID = Lease }).ResponseAsync);
        _calls.Add(new KV.KVClient(_other).CompactAsync(new CompactionRequest { Revision = 1 }).ResponseAsync);
        await UntilAsync(stats => stats is { Held: 4, HeldEssential: 2, Waiting: 2, Connections: 2, MostHeldByOne: 3 });
        await LetGoAsync();
        await Task.WhenAll(_calls);
        await UntilAsync(stats => stats is { Held: 0, HeldBytes: 0, Waiting: 0, WaitingBytes: 0, Connections: 0, TotalRefused: 0 });
    }

    [Fact]
    public async Task CreditsOfAConnection_AreTaken_OnlyItsOwnCallsWait()
    {
        await HoldAsync(new AdmissionSettings { CreditsPerConnection = 1, MaxWaitUs = 20_000_000 });
        Put(_one);
        await UntilAsync(stats => stats.Held == 1);
        Put(_other);
        await UntilAsync(stats => stats.Held == 2);
        Put(_one);
        await UntilAsync(stats => stats is { Held: 2, Waiting: 1, Connections: 2, MostHeldByOne: 1 });
        await LetGoAsync();
        await Task.WhenAll(_calls);
    }

    [Fact]
    public async Task NoCreditInTime_IsRefusedWithEtcdsCodeAndText_AndCounted()
    {
        await HoldAsync(new AdmissionSettings { Mode = AdmissionMode.Fixed, InitialCredits = 1, MinCredits = 1, MaxWaitUs = 50_000 });
        Put(_one);
        await UntilAsync(stats => stats.Held == 1);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => new KV.KVClient(_other).PutAsync(NewPut()).ResponseAsync);
        Assert.Equal((StatusCode.ResourceExhausted, "etcdserver: too many requests"), (refused.StatusCode, refused.Status.Detail));
        string page = await _node.Http.GetStringAsync("/metrics");
        Assert.Contains("metastore_admission_limit 1\n", page, StringComparison.Ordinal);
        Assert.Contains("metastore_admission_held 1\n", page, StringComparison.Ordinal);
        Assert.Contains("metastore_admission_refused_total 1\n", page, StringComparison.Ordinal);
        Assert.Contains("metastore_admission_waited_total 1\n", page, StringComparison.Ordinal);
        Assert.Contains("metastore_admission_wait_seconds_count 1\n", page, StringComparison.Ordinal);
        Assert.Contains("metastore_admission_most_held_by_connection 1\n", page, StringComparison.Ordinal);
        await LetGoAsync();
        await Task.WhenAll(_calls);
    }

    /// <summary>The second rejected put is the one that is rejected before its message is read.</summary>
    [Fact]
    public async Task NoPlaceToWait_IsRefusedAtOnce_AndWorksAgainAfterwards()
    {
        await HoldAsync(new AdmissionSettings { Mode = AdmissionMode.Fixed, InitialCredits = 1, MinCredits = 1, MaxWaitUs = 20_000_000, MaxWaiting = 1 });
        Put(_one);
        await UntilAsync(stats => stats.Held == 1);
        Put(_one);
        await UntilAsync(stats => stats.Waiting == 1);
        for (int i = 1; i <= 2; i++)
        {
            RpcException refused = await Assert.ThrowsAsync<RpcException>(() => new KV.KVClient(_one).PutAsync(NewPut()).ResponseAsync);
            Assert.Equal((StatusCode.ResourceExhausted, "etcdserver: too many requests"), (refused.StatusCode, refused.Status.Detail));
            await UntilAsync(stats => stats.TotalRefused == i);
        }

        string page = await _node.Http.GetStringAsync("/metrics");
        Assert.Contains("etcd_server_proposals_failed_total 2\n", page, StringComparison.Ordinal);
        Assert.Contains("grpc_server_handled_total{grpc_code=\"ResourceExhausted\",grpc_method=\"Put\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"} 2\n", page, StringComparison.Ordinal);
        await LetGoAsync();
        await Task.WhenAll(_calls);
        await new KV.KVClient(_one).PutAsync(NewPut());
    }

    [Fact]
    public async Task CallsOfTheGatewayAndOfLocks_CountForTheConnectionTheyCameOn()
    {
        await HoldAsync(new AdmissionSettings());
        Put(_one);
        _calls.Add(new Protocol.Locks.Lock.LockClient(_one).LockAsync(new LockRequest { Name = ByteString.CopyFromUtf8("l"), Lease = Lease }).ResponseAsync);
        await UntilAsync(stats => stats is { Held: 2, Connections: 1, MostHeldByOne: 2 });
        _calls.Add(_node.Http.PostAsJsonAsync("/v3/kv/put", new { key = "aw==", value = "dg==" }));
        await UntilAsync(stats => stats is { Held: 3, Connections: 2, MostHeldByOne: 2 });
        await LetGoAsync();
        await Task.WhenAll(_calls);
    }

    [Fact]
    public async Task Set_OneFaultyField_ChangesNothingAndNamesIt()
    {
        var request = new SetBatchingRequest
        {
            Settings = new BatchSettings { Policy = BatchPolicy.Off },
            Admission = new AdmissionSettings { ReservedCredits = -1, MaxCredits = 50 },
        };
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => _admin.SetAsync(request).ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains("admission.reserved_credits must be from 0 to 10000, but is -1", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("admission.min_credits (100) must not exceed max_credits (50)", refused.Status.Detail, StringComparison.Ordinal);
        GetBatchingResponse now = await _admin.GetAsync(new GetBatchingRequest());
        Assert.Equal((BatchPolicy.Dynamic, 16, 10_000), (now.Settings.Policy, now.AdmissionSettings.ReservedCredits, now.AdmissionSettings.MaxCredits));
    }

    private static PutRequest NewPut() => new() { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFromUtf8("v") };

    /// <summary>From now on proposals stay in the batcher, and their credits in use, until <see cref="LetGoAsync"/>.</summary>
    private async Task HoldAsync(AdmissionSettings admission)
    {
        var batching = new BatchSettings { Policy = BatchPolicy.Fixed, FlushWhenIdle = false, FixedBatchSize = 65_536, FixedTimeoutUs = 10_000_000 };
        await _admin.SetAsync(new SetBatchingRequest { Settings = batching, Admission = admission });
    }

    private async Task LetGoAsync() =>
        await _admin.SetAsync(new SetBatchingRequest { Settings = new BatchSettings { Policy = BatchPolicy.Dynamic, FlushWhenIdle = true } });

    private void Put(GrpcChannel connection) => _calls.Add(new KV.KVClient(connection).PutAsync(NewPut()).ResponseAsync);

    private async Task UntilAsync(Func<AdmissionStats, bool> holds)
    {
        AdmissionStats? last = null;
        await Eventually.TrueAsync(
            async () => holds(last = (await _admin.GetAsync(new GetBatchingRequest())).Admission), _limit, () => $"admission stands otherwise: {last}");
    }
}
