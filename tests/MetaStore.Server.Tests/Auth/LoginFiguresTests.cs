using System.Diagnostics;
using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;
using Xunit.Abstractions;

namespace MetaStore.Server.Tests.Auth;

/// <summary>Many clients of one user that authenticate again at once, as after a restart: the remembered password keeps bcrypt out of it.</summary>
public sealed class LoginFiguresTests(ITestOutputHelper output)
{
    private const int AtOnce = 100;

    [Theory]
    [InlineData(300)]
    [RowOnRequest(10_000)]
    public async Task ManyLogins_OfOneUser_TakeTenSeconds_WhileWrongOnesAreTried(int logins)
    {
        await using AuthNode node = await AuthNode.StartAsync();
        long at = Stopwatch.GetTimestamp();
        Task wrong = Parallel.ForEachAsync(Enumerable.Range(0, logins / 10), new ParallelOptions { MaxDegreeOfParallelism = 10 }, async (i, _) =>
            await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => node.TokenAsync("other", $"wrong {i}")));
        var puts = new List<TimeSpan>();
        using var stop = new CancellationTokenSource();
        Task putting = PutAsync(node, puts, stop.Token);
        await Parallel.ForEachAsync(Enumerable.Range(0, logins), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) => await node.TokenAsync("plain"));
        TimeSpan took = Stopwatch.GetElapsedTime(at);
        await stop.CancelAsync();
        await putting;
        output.WriteLine($"{logins} logins took {took.TotalSeconds:F1} s; {puts.Count} puts beside, p99 {puts.Order().ElementAt(puts.Count * 99 / 100).TotalMilliseconds:F1} ms");
        Assert.True(took < TimeSpan.FromSeconds(10), $"{took}");
        await node.Node.StopAsync();
        await wrong;
    }

    private static async Task PutAsync(AuthNode node, List<TimeSpan> puts, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            long at = Stopwatch.GetTimestamp();
            await node.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("p/a") }, AuthNode.Headers(node.Plain), cancellationToken: CancellationToken.None);
            puts.Add(Stopwatch.GetElapsedTime(at));
        }
    }
}
