using Google.Protobuf;
using Google.Protobuf.Collections;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Writing;

namespace MetaStore.Server.Tests.Services.Mapping;

/// <summary>Results become responses with etcd's headers: a full one outside, the revision alone within a transaction, none in a nested one.</summary>
public sealed class ResponsesTests
{
    [Fact]
    public void Txn_NestsItsResponses_WithEtcdsHeaders()
    {
        var nested = new TxnResult { Succeeded = false, Responses = [new TxnOpResult { Kind = TxnOpKind.DeleteRange, Revision = 9, Deleted = 4 }] };
        var result = new TxnResult
        {
            Succeeded = true,
            Responses =
            [
                new TxnOpResult { Kind = TxnOpKind.Put, Revision = 7 },
                new TxnOpResult { Kind = TxnOpKind.Range, Revision = 8 },
                new TxnOpResult { Kind = TxnOpKind.Txn, Revision = 9, Txn = nested },
            ],
        };
        var response = new TxnResponse();
        Responses.Fill(response, result);
        Assert.True(response.Succeeded);
        Assert.Equal(new PutResponse { Header = new ResponseHeader { Revision = 7 } }, response.Responses[0].ResponsePut);
        Assert.Equal(new RangeResponse { Header = new ResponseHeader { Revision = 8 } }, response.Responses[1].ResponseRange);
        TxnResponse inner = response.Responses[2].ResponseTxn;
        Assert.Equal((new ResponseHeader(), false), (inner.Header, inner.Succeeded));
        Assert.Equal(new DeleteRangeResponse { Header = new ResponseHeader { Revision = 9 }, Deleted = 4 }, Assert.Single(inner.Responses).ResponseDeleteRange);
    }

    [Fact]
    public void Pairs_WithoutAny_LeaveTheListEmpty()
    {
        var pairs = new RepeatedField<KeyValue>();
        Responses.Fill(pairs, null);
        Responses.Fill(pairs, []);
        Assert.Empty(pairs);
    }

    [Fact]
    public void Header_HasTheTermOfItsMoment()
    {
        var progress = new NodeProgress();
        var headers = new ResponseHeaders(clusterId: 5, memberId: 6, progress);
        Assert.Equal(new ResponseHeader { ClusterId = 5, MemberId = 6, Revision = 3 }, headers.At(3));
        progress.SetHard(new HardState(9, 0, 0));
        var header = new ResponseHeader { Revision = 77 };
        headers.Fill(header, 0);
        Assert.Equal(new ResponseHeader { ClusterId = 5, MemberId = 6, RaftTerm = 9 }, header);
        Assert.Equal((header, 9UL), (headers.WithoutRevision(), headers.Term));
    }

    [Theory]
    [InlineData(1UL, 1UL, 0L, 0UL)]
    [InlineData(127UL, 128UL, 1L, 1UL)]
    [InlineData(ulong.MaxValue, 1UL << 63, long.MaxValue, ulong.MaxValue)]
    [InlineData(14841639068965178418UL, 10276657743932975437UL, 1_234_567L, 300UL)]
    [InlineData(5UL, 6UL, -1L, 16_384UL)]
    public void EncodedHeader_HasTheBytesOfTheMessage(ulong cluster, ulong member, long revision, ulong term)
    {
        var progress = new NodeProgress();
        progress.SetHard(new HardState(term, 0, 0));
        var headers = new ResponseHeaders(cluster, member, progress);
        Span<byte> target = stackalloc byte[ResponseHeaders.EncodedBytesMax];
        Assert.Equal(headers.At(revision).ToByteArray(), headers.Encode(target, revision).ToArray());
    }
}
