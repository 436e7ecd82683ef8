using Google.Protobuf;
using Grpc.Core;
using MetaStore.Cli.Migration;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Tests.Migration;

/// <summary>Source and target of these tests are the same fake.</summary>
public sealed class TargetWriterTests : IClassFixture<FakeMember>, IDisposable
{
    private readonly FakeMember _member;
    private readonly MetaStoreClient _client;
    private readonly TargetLeases _leases;
    private readonly TargetWriter _writer;

    public TargetWriterTests(FakeMember member)
    {
        _member = member.Clear()
            .On<TxnRequest>("Txn", _ => new TxnResponse())
            .On<LeaseTimeToLiveRequest>("LeaseTimeToLive", request => new LeaseTimeToLiveResponse { ID = request.ID, TTL = request.ID == 404 ? -1 : 5, GrantedTTL = 9 })
            .On<LeaseGrantRequest>("LeaseGrant", _ => new LeaseGrantResponse());
        _client = _member.Client();
        _leases = new TargetLeases(_client, _client, TimeProvider.System);
        _writer = new TargetWriter(_client, _leases);
    }

    private TxnRequest[] Sent => _member.Requests<TxnRequest>("Txn");

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Changes_OfOneKey_LeaveTheNewest_InItsPlace()
    {
        await _writer.PutAsync(Pair("a", "1"), CancellationToken.None);
        await _writer.PutAsync(Pair("b", "1"), CancellationToken.None);
        await _writer.DeleteAsync(ByteString.CopyFromUtf8("a"), CancellationToken.None);
        Assert.Empty(Sent);
        await _writer.FlushAsync(CancellationToken.None);
        await _writer.FlushAsync(CancellationToken.None);

        var operations = Assert.Single(Sent).Success;
        Assert.Equal(("a", "b"), (operations[0].RequestDeleteRange.Key.ToStringUtf8(), operations[1].RequestPut.Key.ToStringUtf8()));
        Assert.Equal(2, _writer.Written);
    }

    [Fact]
    public async Task Transactions_HaveAtMostAHundredOperations()
    {
        for (var number = 0; number < 250; number++)
        {
            await _writer.PutAsync(Pair($"k{number:d3}", "v"), CancellationToken.None);
        }

        await _writer.FlushAsync(CancellationToken.None);
        Assert.Equal([100, 100, 50], Sent.Select(txn => txn.Success.Count));
        Assert.Equal(250, Sent.SelectMany(txn => txn.Success).Select(operation => operation.RequestPut.Key).Distinct().Count());
    }

    [Fact]
    public async Task Transactions_StayBelowHalfAMebibyte_UnlessOneValueIsLarger()
    {
        foreach (var length in (int[])[300 << 10, 300 << 10, 1 << 20, 1])
        {
            await _writer.PutAsync(Pair($"k{length}{_writer.Written}", new string('v', length)), CancellationToken.None);
        }

        await _writer.FlushAsync(CancellationToken.None);
        Assert.Equal([1, 1, 1, 1], Sent.Select(txn => txn.Success.Count));
    }

    [Fact]
    public async Task Lease_IsGrantedOnce_WithTheSameIdAndTime()
    {
        await _writer.PutAsync(Pair("a", "1", lease: 7), CancellationToken.None);
        await _writer.PutAsync(Pair("b", "1", lease: 7), CancellationToken.None);
        await _writer.FlushAsync(CancellationToken.None);
        Assert.Equal(new LeaseGrantRequest { ID = 7, TTL = 9 }, Assert.Single(_member.Requests<LeaseGrantRequest>("LeaseGrant")));
        Assert.All(Assert.Single(Sent).Success, operation => Assert.Equal(7, operation.RequestPut.Lease));
        Assert.Equal(1, _leases.Count);
    }

    [Fact]
    public async Task Lease_ThatEndedInTheSource_IsLeftOut()
    {
        await _writer.PutAsync(Pair("a", "1", lease: 404), CancellationToken.None);
        await _writer.FlushAsync(CancellationToken.None);
        Assert.Equal(0, Assert.Single(Assert.Single(Sent).Success).RequestPut.Lease);
        Assert.Empty(_member.Requests<LeaseGrantRequest>("LeaseGrant"));
    }

    [Fact]
    public async Task Lease_ThatEndedInTheTarget_IsGrantedAgain()
    {
        var tries = 0;
        _member.On<TxnRequest>("Txn", _ => ++tries == 1 ? FakeMember.Failure(StatusCode.NotFound, EtcdErrors.LeaseNotFound) : new TxnResponse());
        await _writer.PutAsync(Pair("a", "1", lease: 7), CancellationToken.None);
        await _writer.FlushAsync(CancellationToken.None);
        Assert.Equal(2, _member.Requests<LeaseGrantRequest>("LeaseGrant").Length);
        Assert.Equal(Sent[0], Sent[1]);
        Assert.Equal(1, _writer.Written);
    }

    private static KeyValue Pair(string key, string value, long lease = 0) => new() { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value), Lease = lease };
}
