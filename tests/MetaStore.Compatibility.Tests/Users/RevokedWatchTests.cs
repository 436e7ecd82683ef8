using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests.Users;

/// <summary>A right is taken while events come: at each member the watch gets what was before, nothing after, and ends at once. Goal S4.</summary>
[Collection("processes")]
public sealed class RevokedWatchTests(ITestOutputHelper output)
{
    private const int WritersPerMember = 2;
    private const int PutsPerTransaction = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(15, 5_000)]
    [RowOnRequest(10_000, 100)]
    public async Task AWatch_EndsAtTheChangeThatTookItsRight(int revocations, int endsWithinMs)
    {
        await using UserCluster cluster = await UserCluster.StartAsync();
        ClusterNode[] members = [.. cluster.Members.Nodes];
        Auth.AuthClient users = cluster.Users(members[0]);
        Metadata root = UserCluster.With(cluster.Root);
        string token = await cluster.TokenAsync(members[0], "plain", "plain");
        using var stop = new CancellationTokenSource();
        long written = 0;
        long acknowledged = 0;
        Task[] writers = [.. Enumerable.Range(0, WritersPerMember * members.Length).Select(number => WriteAsync(members[number % members.Length], number))];
        var late = new List<double>();
        long events = 0;
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < revocations; i++)
        {
            RunningWatch[] watches = await Task.WhenAll(members.Select(member => RunningWatch.BeginAsync(cluster, member, token)));
            await Task.WhenAll(watches.Select(watch => watch.SawAnEvent.WaitAsync(Patience)));

            // Applied before the revocation is proposed, and first seen after it was applied.
            long before = Volatile.Read(ref acknowledged);
            await users.UserRevokeRoleAsync(new AuthUserRevokeRoleRequest { Name = "plain", Role = "plain" }, root);
            long at = Stopwatch.GetTimestamp();
            long after = (await cluster.Kv(members[0]).PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("p/mark") }, root)).Header.Revision;
            foreach (RunningWatch watch in watches)
            {
                await watch.Ended.WaitAsync(Patience);
                Assert.Equal("rpc error: code = PermissionDenied desc = etcdserver: permission denied", watch.Reason);
                Assert.True(watch.LastRevision < after, $"an event of revision {watch.LastRevision} came, the right was taken before {after}");
                Assert.True(watch.LastRevision >= before, $"the last event is of revision {watch.LastRevision}, and {before} was acknowledged before the change");
                late.Add(Math.Max(0, Stopwatch.GetElapsedTime(at, watch.EndedAt).TotalMilliseconds));
                events += watch.Events;
                await watch.DisposeAsync();
            }

            // The change has one place in the log, so every member ends at the same event.
            Assert.Single(watches.Select(watch => watch.LastRevision).Distinct());
            await users.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "plain", Role = "plain" }, root);
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        double p99 = late.Order().ElementAt(late.Count * 99 / 100);
        output.WriteLine(
            $"{revocations} revocations at {members.Length} members, {written / clock.Elapsed.TotalSeconds:F0} events/s written, {events} received, 0 after the change; "
            + $"end after the response: p50 {late.Order().ElementAt(late.Count / 2):F1} ms, p99 {p99:F1} ms, longest {late.Max():F1} ms");
        Assert.True(p99 <= endsWithinMs, $"{p99} ms");

        async Task WriteAsync(ClusterNode member, int number)
        {
            KV.KVClient kv = cluster.Kv(member);
            var txn = new TxnRequest();
            txn.Success.AddRange(Enumerable.Range(0, PutsPerTransaction).Select(key => new RequestOp { RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8($"p/{number}/{key}") } }));
            while (!stop.IsCancellationRequested)
            {
                long revision = (await kv.TxnAsync(txn, root)).Header.Revision;
                Interlocked.Add(ref written, PutsPerTransaction);
                for (long known = Volatile.Read(ref acknowledged); known < revision;)
                {
                    known = Interlocked.CompareExchange(ref acknowledged, revision, known) is var was && was == known ? revision : was;
                }
            }
        }
    }

    /// <summary>One watch of all keys of the user, read until it ends.</summary>
    private sealed class RunningWatch : IAsyncDisposable
    {
        private readonly AsyncDuplexStreamingCall<WatchRequest, WatchResponse> _call;
        private readonly TaskCompletionSource _saw = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private RunningWatch(AsyncDuplexStreamingCall<WatchRequest, WatchResponse> call) => _call = call;

        public Task SawAnEvent => _saw.Task;

        public Task Ended { get; private set; } = Task.CompletedTask;

        public long LastRevision { get; private set; }

        public long Events { get; private set; }

        public string Reason { get; private set; } = "";

        public long EndedAt { get; private set; }

        public static async Task<RunningWatch> BeginAsync(UserCluster cluster, ClusterNode member, string token)
        {
            var create = new WatchRequest { CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFromUtf8("p/"), RangeEnd = ByteString.CopyFromUtf8("p0") } };
            for (long began = Stopwatch.GetTimestamp(); ;)
            {
                var call = new Protocol.Etcd.Watch.WatchClient(cluster.Channel(member)).Watch(UserCluster.With(token));
                await call.RequestStream.WriteAsync(create);
                Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
                if (!call.ResponseStream.Current.Canceled)
                {
                    var watch = new RunningWatch(call);
                    watch.Ended = watch.ReadAsync();
                    return watch;
                }

                // This member has not applied yet that the user has its right again.
                call.Dispose();
                Assert.True(Stopwatch.GetElapsedTime(began) < Patience, "the right did not come back");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _call.RequestStream.CompleteAsync();
            _call.Dispose();
        }

        private async Task ReadAsync()
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None))
            {
                WatchResponse response = _call.ResponseStream.Current;
                if (response.Canceled)
                {
                    (EndedAt, Reason) = (Stopwatch.GetTimestamp(), response.CancelReason);
                    return;
                }

                Events += response.Events.Count;
                if (response.Events.Count > 0)
                {
                    LastRevision = response.Events[^1].Kv.ModRevision;
                    _saw.TrySetResult();
                }
            }
        }
    }
}
