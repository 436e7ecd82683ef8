using Google.Protobuf;
using Grpc.Core;
using MetaStore.Client.Gathering;
using MetaStore.Client.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;

namespace MetaStore.Client.Tests.Gathering;

/// <summary>Messages of operations are those that the generated classes make.</summary>
public sealed class OperationBatchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Encoding_IsThatOfOperationsRequest(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var batch = new OperationBatch();
            var expected = new OperationsRequest();
            for (var left = random.Next(6); left > 0; left--)
            {
                var operation = Next(random);
                expected.Operations.Add(operation);
                batch.Calls.Add(new EncodedCall(RequestOf(operation), GatheredOperation.FieldOf(RequestOf(operation)))
                {
                    Id = operation.Id, TimeoutUs = operation.TimeoutUs, Traceparent = operation.Traceparent,
                });
            }

            Assert.Equal(expected, EncodedMessage.Decode(OperationBatch.Run, batch));
        }
    }

    [Fact]
    public void RequestThatGrewMeanwhile_IsEncodedAsItIs()
    {
        var put = new PutRequest { Key = ByteString.CopyFromUtf8("k") };
        var batch = new OperationBatch { Calls = { new EncodedCall(put, KvOperation.PutFieldNumber) { Id = 1 } } };
        put.Value = ByteString.CopyFrom(new byte[300]);

        Assert.Equal(new OperationsRequest { Operations = { new KvOperation { Id = 1, Put = put } } }, EncodedMessage.Decode(OperationBatch.Run, batch));
    }

    private static KvOperation Next(Random random)
    {
        var operation = new KvOperation
        {
            Id = (ulong)random.NextInt64() >> random.Next(63),
            TimeoutUs = random.Next(3) == 0 ? 0 : random.NextInt64() >> random.Next(62),
            Traceparent = random.Next(2) == 0 ? "" : "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        };
        var key = ByteString.CopyFrom(new byte[random.Next(random.Next(2) == 0 ? 8 : 20_000)]);
        switch (random.Next(4))
        {
            case 0:
                operation.Put = new PutRequest { Key = key, Value = key, Lease = random.Next(2) };
                break;
            case 1:
                operation.Range = new RangeRequest { Key = key, Revision = random.Next(100) };
                break;
            case 2:
                operation.DeleteRange = new DeleteRangeRequest { Key = key };
                break;
            default:
                operation.Txn = new TxnRequest { Success = { new RequestOp { RequestPut = new PutRequest { Key = key } } } };
                break;
        }

        return operation;
    }

    private static IMessage RequestOf(KvOperation operation) => operation.OperationCase switch
    {
        KvOperation.OperationOneofCase.Put => operation.Put,
        KvOperation.OperationOneofCase.Range => operation.Range,
        KvOperation.OperationOneofCase.DeleteRange => operation.DeleteRange,
        _ => operation.Txn,
    };

    private sealed class EncodedCall(IMessage request, int field) : GatheredCall(request, field)
    {
        public override bool IsOver => false;

        public override void ObserveToken() => throw new NotSupportedException();

        public override bool TryFinish(KvResult result) => throw new NotSupportedException();

        public override void Fail(Status status) => throw new NotSupportedException();

        public override void SendAlone() => throw new NotSupportedException();

        public override void Resume() => throw new NotSupportedException();
    }
}
