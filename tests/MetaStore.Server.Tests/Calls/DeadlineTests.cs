using System.Diagnostics;
using Grpc.Core;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Calls;

/// <summary>grpc-timeout: parsed and handled as in grpc-go, and visible to the method.</summary>
public sealed class DeadlineTests(EchoServer server) : IClassFixture<EchoServer>, IDisposable
{
    private const string Unary = "/metastore.test.Echo/Unary";
    private const string Wait = "/metastore.test.Echo/Wait";
    private static readonly byte[] s_empty = [0, 0, 0, 0, 0];
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly RawGrpc _raw = new(server.Address);

    public void Dispose() => _raw.Dispose();

    [Theory]
    [InlineData("0m")]
    [InlineData("0n")]
    public async Task Over_AtItsArrival_IsExceeded_WithoutTheMethod(string timeout)
    {
        var started = server.Observer.Started;
        Assert.Equal(new Status(StatusCode.DeadlineExceeded, "context deadline exceeded"), await _raw.PostAsync(Unary, s_empty, ("grpc-timeout", timeout)));
        Assert.Equal(started, server.Observer.Started);
    }

    [Fact]
    public async Task Malformed_IsInternal() => Assert.Equal(
        new Status(StatusCode.Internal, "malformed grpc-timeout: abc"), await _raw.PostAsync(Unary, s_empty, ("grpc-timeout", "abc")));

    [Fact]
    public async Task Passed_WhileTheMethodWaits_EndsTheCall_NotBefore()
    {
        var (cancelled, began) = (server.Service.Cancelled, Stopwatch.GetTimestamp());
        Assert.Equal(new Status(StatusCode.DeadlineExceeded, "context deadline exceeded"), await _raw.PostAsync(Wait, s_empty, ("grpc-timeout", "300m")));
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 299, s_patience.TotalMilliseconds);
        await Eventually.TrueAsync(() => server.Service.Cancelled > cancelled, s_patience, () => "the method did not see it");
        server.Log.AssertQuiet();
    }

    /// <summary>The object of a call is reused: a deadline must not affect the next call that uses it.</summary>
    [Fact]
    public async Task Passed_LeavesNothingForTheNextCalls()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(StatusCode.DeadlineExceeded, (await _raw.PostAsync(Wait, s_empty, ("grpc-timeout", "1m"))).StatusCode);
            Assert.Equal(Status.DefaultSuccess, await _raw.PostAsync(Unary, s_empty, ("grpc-timeout", "20S")));
            Assert.Equal(Status.DefaultSuccess, await _raw.PostAsync(Unary, s_empty));
        }
    }
}
