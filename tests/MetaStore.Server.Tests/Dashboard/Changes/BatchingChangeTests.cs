using System.Text;
using Grpc.Core;
using MetaStore.Protocol.V1;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Dashboard;
using MetaStore.Server.Dashboard.Changes;
using MetaStore.Server.Dashboard.Keys;
using MetaStore.Server.Dashboard.Looks;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine.Membership;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Dashboard.Changes;

/// <summary>A change of batching reaches the member that is named, or all, and each one's error is shown.</summary>
public sealed class BatchingChangeTests : Protocol.V1.Batching.BatchingBase, ICallGate, IDisposable
{
    private const ulong Self = 0xa1;

    private readonly AppliedState _state = new();
    private readonly LeaderChannels _channels;
    private readonly BatchingChange _change;
    private readonly List<SetBatchingRequest> _set = [];

    public BatchingChangeTests()
    {
        _state.Know(new MemberRecord { Id = Self, Name = "one" });
        _state.Know(new MemberRecord { Id = 0xb2, Name = "two" });
        _channels = new LeaderChannels(_state.Machine.Members, () => null);
        ServiceTable services = new ServiceBinder().Add(Protocol.V1.Batching.Descriptor, binder => Protocol.V1.Batching.BindService(binder, this)).Build();
        _change = new BatchingChange(_state.Machine.Members, new MemberCalls(Self, new OwnServices(services, this, null), _channels, token: null!));
    }

    public void Dispose()
    {
        _channels.Dispose();
        _state.Dispose();
    }

    public override Task<SetBatchingResponse> Set(SetBatchingRequest request, ServerCallContext context)
    {
        _set.Add(request);
        return request.Settings.MaxBatchSize == 13
            ? throw new RpcException(new Status(StatusCode.InvalidArgument, "max_batch_size is unlucky"))
            : Task.FromResult(new SetBatchingResponse { Settings = new BatchSettings() });
    }

    Status ICallGate.Check(ServiceMethod method, ServerCall call) => Status.DefaultSuccess;

    [Fact]
    public async Task AllMembers_AreChanged_AndOneThatCannotBeReached_IsNamedWithItsReason()
    {
        Assert.Equal(
            """[{"id":"a1","name":"one","error":""},{"id":"b2","name":"two","error":"has not published a client address"}]""",
            await RunAsync("""{"settings":{"max_batch_size":7}}"""));
        Assert.Equal(7, Assert.Single(_set).Settings.MaxBatchSize);
    }

    [Theory]
    [InlineData("a1")]
    [InlineData("A1")]
    [InlineData("00a1")]
    public async Task NamedMember_IsTheOnlyOne(string member)
    {
        Assert.Equal("""[{"id":"a1","name":"one","error":""}]""", await RunAsync("""{"settings":{}}""", member));
        Assert.Single(_set);
    }

    [Fact]
    public async Task MemberThatRefuses_GivesItsText() =>
        Assert.Equal("""[{"id":"a1","name":"one","error":"max_batch_size is unlucky"}]""", await RunAsync("""{"settings":{"max_batch_size":13}}""", "a1"));

    [Theory]
    [InlineData("c3")]
    [InlineData("0")]
    [InlineData("0xa1")]
    [InlineData("-1")]
    [InlineData("1ffffffffffffffff")]
    public async Task UnknownMember_IsRefused_AndNothingIsChanged(string member)
    {
        BadArgumentException refused = await Assert.ThrowsAsync<BadArgumentException>(() => RunAsync("""{"settings":{}}""", member));
        Assert.Equal("there is no such member", refused.Message);
        Assert.Empty(_set);
    }

    /// <summary>Admission is not for this page: a request that also changes it must not be half done.</summary>
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"settings":null}""")]
    [InlineData("""{"settings":{},"admission":{}}""")]
    [InlineData("""{"settings":{"max_batch_size":"many"}}""")]
    [InlineData("""{"settings":{"max_batch_size":99999999999}}""")]
    [InlineData("""{"settings":{"policy":"NONE_SUCH"}}""")]
    [InlineData("""{"settings":{}}}""")]
    [InlineData("")]
    [InlineData("\0")]
    public async Task BodyThatIsNoChange_IsRefused_AndNothingIsChanged(string body)
    {
        await Assert.ThrowsAsync<BadArgumentException>(() => RunAsync(body));
        Assert.Empty(_set);
    }

    private async Task<string> RunAsync(string body, string? member = null)
    {
        var http = new DefaultHttpContext { Request = { Body = new MemoryStream(Encoding.UTF8.GetBytes(body)) } };
        http.Request.QueryString = new QueryString(member is null ? "" : $"?member={member}");
        return Encoding.UTF8.GetString(await _change.RunAsync(http));
    }
}
