using System.Buffers;
using System.Text;
using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Services.Mapping;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.Server.Tests.Services.Mapping;

/// <summary>A range encoded while it is read, and a get of one key encoded as a whole, are byte for byte the message that is made of the result.</summary>
public sealed class EncodedRangeTests : IDisposable
{
    private readonly AppliedState _state = new();
    private readonly Random _random = new(20261130);

    public EncodedRangeTests()
    {
        for (int i = 0; i < 2000; i++)
        {
            byte[] value = new byte[_random.Next(5) switch { 0 => 0, 1 => 100, 2 => 127, 3 => 3000, _ => _random.Next(20) }];
            _random.NextBytes(value);
            if (i % 7 == 6)
            {
                _state.Apply(new DeleteRangeCommand { Key = Key(_random.Next(300)) });
            }
            else
            {
                _state.Apply(new PutCommand { Key = Key(_random.Next(300)), Value = value });
            }
        }
    }

    public void Dispose() => _state.Dispose();

    [Fact]
    public void AnyRange_HasTheBytesOfTheMessage()
    {
        for (int i = 0; i < 500; i++)
        {
            RangeRequest request = Draw();
            using ReadTxn txn = _state.Machine.Reader.OpenRead();
            RangeResult read = txn.Range(Requests.ToQuery(request));
            var expected = new RangeResponse { Header = Header(txn) };
            Responses.Fill(expected, read);

            var encoded = new EncodedRange();
            encoded.Begin(Header(txn));
            RangeResult handedOver = txn.Range(Requests.ToQuery(request), encoded, AnswerMeter.Unlimited);
            encoded.End(handedOver);

            Assert.Equal(read.Error, handedOver.Error);
            Assert.Equal(read.Kvs.Count, encoded.Pairs);
            Assert.Empty(handedOver.Kvs);
            var bytes = new ArrayBufferWriter<byte>();
            encoded.Bytes.CopyTo(bytes);
            Assert.True(expected.ToByteArray().AsSpan().SequenceEqual(bytes.WrittenSpan), $"{request}");
            Assert.Equal(expected, encoded.Decode());
        }
    }

    [Fact]
    public void AnyGetOfOneKey_HasTheBytesOfTheMessage()
    {
        int pairs = 0;
        for (int i = 0; i < 500; i++)
        {
            RangeRequest request = Draw();
            (request.RangeEnd, request.KeysOnly) = (ByteString.Empty, false);
            using ReadTxn txn = _state.Machine.Reader.OpenRead();
            RangeResult read = txn.Range(Requests.ToQuery(request));
            var expected = new RangeResponse { Header = Header(txn) };
            Responses.Fill(expected, read);

            RangeResult single = txn.Single(Requests.ToQuery(request), AnswerMeter.Unlimited, out KeyValue pair);
            Assert.Equal((read.Error, read.Kvs.Count), (single.Error, pair.Key.IsEmpty ? 0 : 1));
            var encoded = new EncodedPair(Header(txn).ToByteArray(), single, pair);
            pairs += encoded.Pairs;
            Assert.Equal(expected.CalculateSize(), encoded.Length);
            Assert.Equal(expected, encoded.Decode());
            Assert.Equal(expected.ToByteArray(), encoded.Bytes.ToArray());
        }

        Assert.InRange(pairs, 100, 499);
    }

    [Fact]
    public void SingleKey_WhoseMeterIsClosed_IsNoAnswer()
    {
        using ReadTxn txn = _state.Machine.Reader.OpenRead();
        RangeResult read = txn.Single(new RangeQuery { Key = Key(1) }, AnswerMeter.Unwanted, out KeyValue pair);
        Assert.Equal((ErrorCode.AnswerTooLarge, true), (read.Error, pair.Key.IsEmpty));
    }

    [Fact]
    public void MeterThatCloses_EndsTheRead()
    {
        using ReadTxn txn = _state.Machine.Reader.OpenRead();
        var encoded = new EncodedRange();
        var meter = new TenPairs();
        txn.Range(Requests.ToQuery(new RangeRequest { Key = ByteString.CopyFromUtf8("k"), RangeEnd = ByteString.CopyFromUtf8("l") }), encoded, meter);
        Assert.True(meter.IsClosed);
        Assert.Equal(10, encoded.Pairs);
    }

    private RangeRequest Draw() => new()
    {
        Key = ByteString.CopyFrom(Key(_random.Next(300)).Span),
        RangeEnd = _random.Next(4) switch { 0 => ByteString.Empty, 1 => ByteString.CopyFrom(0), _ => ByteString.CopyFrom(Key(_random.Next(300)).Span) },
        Limit = _random.Next(3) == 0 ? _random.Next(1, 50) : 0,
        Revision = _random.Next(4) == 0 ? _random.Next(1, 1500) : 0,
        KeysOnly = _random.Next(4) == 0,
        CountOnly = _random.Next(10) == 0,
        SortOrder = (RangeRequest.Types.SortOrder)_random.Next(3),
        SortTarget = (RangeRequest.Types.SortTarget)(_random.Next(2) * _random.Next(5)),
        MinModRevision = _random.Next(6) == 0 ? 700 : 0,
    };

    private static ResponseHeader Header(ReadTxn txn) => new() { ClusterId = ulong.MaxValue, MemberId = 7, Revision = txn.Revision, RaftTerm = 3 };

    private static ReadOnlyMemory<byte> Key(int number) => Encoding.ASCII.GetBytes($"k{number:000}");

    private sealed class TenPairs : AnswerMeter
    {
        private int _left = 10;

        protected override bool TryReserve(long bytes) => _left-- > 0;
    }
}
