using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests.Users;

/// <summary>Passwords tried from one address, many at once: few are looked at, and the user is served elsewhere. Goal S8.</summary>
[Collection("processes")]
public sealed class WrongPasswordTests(ITestOutputHelper output)
{
    private const int AtOnce = 16;

    private static readonly TimeSpan ServedWithin = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(10, 6)]
    [RowOnRequest(190, 30)]
    public async Task TriesOfOneAddress_AreFew_AndTheUserIsServedElsewhere(int seconds, int mostAfterTheFirst)
    {
        await using UserCluster cluster = await UserCluster.StartAsync();
        ClusterNode member = cluster.Members.Nodes[0];
        var failures = new ConcurrentQueue<TimeSpan>();
        long refused = 0;
        var clock = Stopwatch.StartNew();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        Task[] attackers = [.. Enumerable.Range(0, AtOnce).Select(number => AttackAsync(number))];
        var served = new List<TimeSpan>();
        using (GrpcChannel elsewhere = UserCluster.From(IPAddress.Parse("127.0.0.3"), member))
        {
            var users = new Auth.AuthClient(elsewhere);
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                // A new password each time, so that it is checked and not remembered.
                string password = $"right {i}";
                await cluster.Users(member).UserChangePasswordAsync(new AuthUserChangePasswordRequest { Name = "plain", Password = password }, UserCluster.With(cluster.Root));
                long began = Stopwatch.GetTimestamp();
                await users.AuthenticateAsync(new AuthenticateRequest { Name = "plain", Password = password });
                served.Add(Stopwatch.GetElapsedTime(began));
            }
        }

        await Task.WhenAll(attackers);
        int first = Math.Min(10, failures.Count);
        output.WriteLine(
            $"{seconds} s, {AtOnce} at once: {failures.Count} passwords looked at, {failures.Count - first} after the first ten, {refused} refused unseen; "
            + $"{served.Count} right ones from elsewhere, longest {served.Max().TotalMilliseconds:F0} ms");
        Assert.Equal(10, first);
        Assert.InRange(failures.Count - first, 1, mostAfterTheFirst);
        Assert.True(served.Max() < ServedWithin, $"{served.Max()}");

        async Task AttackAsync(int number)
        {
            using GrpcChannel channel = UserCluster.From(IPAddress.Parse("127.0.0.2"), member);
            var users = new Auth.AuthClient(channel);
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                try
                {
                    await users.AuthenticateAsync(new AuthenticateRequest { Name = "plain", Password = $"guess {number} {i}" }, cancellationToken: stop.Token);
                }
                catch (RpcException failed) when (failed.StatusCode == StatusCode.InvalidArgument)
                {
                    failures.Enqueue(clock.Elapsed);
                }
                catch (RpcException failed) when (failed.StatusCode == StatusCode.ResourceExhausted)
                {
                    Interlocked.Increment(ref refused);
                }
                catch (RpcException failed) when (failed.StatusCode == StatusCode.Cancelled)
                {
                    return;
                }
            }
        }
    }
}
