using Grpc.Core;
using MetaStore.Protocol.V1;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Observability.Traces;
using MetaStore.Server.Services.Operations;
using MetaStore.Server.Tests.Calls.Echoing;
using Kind = MetaStore.Protocol.V1.KvOperation.OperationOneofCase;

namespace MetaStore.Server.Tests.Services.Operations;

/// <summary>An operation's timeout, its method, and its error on the wire.</summary>
public sealed class OperationFormsTests
{
    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, null)]
    [InlineData(long.MinValue, null)]
    [InlineData(1, 10L)]
    [InlineData(1_000_000, TimeSpan.TicksPerSecond)]
    [InlineData(922_337_203_685_477_580, 9_223_372_036_854_775_800)]
    [InlineData(922_337_203_685_477_581, 9_223_372_036_854_775_800)]
    [InlineData(long.MaxValue, 9_223_372_036_854_775_800)]
    public void Timeout_IsInMicroseconds_AndHasAnEnd(long micros, long? ticks) =>
        Assert.Equal(ticks, OperationRunner.TimeoutOf(new KvOperation { TimeoutUs = micros })?.Ticks);

    [Theory]
    [InlineData(Kind.Put, "/etcdserverpb.KV/Put")]
    [InlineData(Kind.Range, "/etcdserverpb.KV/Range")]
    [InlineData(Kind.DeleteRange, "/etcdserverpb.KV/DeleteRange")]
    [InlineData(Kind.Txn, "/etcdserverpb.KV/Txn")]
    [InlineData(Kind.None, "/metastore.v1.Operations/Run")]
    public void Method_IsTheOneOfTheCall(Kind kind, string path) => Assert.Equal(path, OperationRunner.PathOf(kind));

    [Fact]
    public void Error_CarriesIdCodeAndText()
    {
        KvResult result = OperationRunner.ErrorOf(new KvOperation { Id = ulong.MaxValue }, new Status(StatusCode.NotFound, "etcdserver: requested lease not found"));
        Assert.Equal(new KvResult { Id = ulong.MaxValue, Error = new KvError { Code = 5, Message = "etcdserver: requested lease not found" } }, result);
    }

    [Fact]
    public void Counts_OfServicesWithoutAMethod_AreRefused()
    {
        ServiceTable services = new ServiceBinder().Add(Echo.Descriptor, binder => Echo.BindService(binder, new EchoService())).Build();
        using var traces = new CallTraces(0);
        ArgumentException missing = Assert.Throws<ArgumentException>(() => new OperationCounts(services, new CountingObserver(), traces));
        Assert.StartsWith("etcdserverpb.KV has no Put", missing.Message, StringComparison.Ordinal);
    }

    /// <summary>The stream's identity holds for the state by which it was found, and a new operation starts without stages.</summary>
    [Fact]
    public void Result_ThatIsSent_ReleasesWhatItsCallHeld()
    {
        ServerCall call = new LocalCallContext("test").Call;
        call.HoldUntilSent(new NoHold());
        new FinishedOperation(new KvResult(), call).Release();
        Assert.False(call.HoldsResponse);
    }

    private sealed class NoHold : MetaStore.Server.Calls.Responses.IResponseHold
    {
        public bool IsOverdue => false;

        public void OnSending()
        {
        }

        public void Dispose()
        {
        }
    }
}
