using System.Buffers;
using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls.Responses;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;
using WireKeyValue = MetaStore.Protocol.Mvcc.KeyValue;

namespace MetaStore.Server.Services.Mapping;

/// <summary>A RangeResponse that is encoded while the state is read. A record is stored as it is sent, so it is only copied.</summary>
/// <remarks>In the order of the fields: <see cref="Begin"/>, the pairs, <see cref="End"/>. The bytes are those of the message that <see cref="Responses"/> makes.</remarks>
internal sealed class EncodedRange : EncodedResponse, IPairSink
{
    /// <summary>RangeResponse.kvs, length-delimited.</summary>
    private const byte PairTag = (2 << 3) | 2;

    /// <summary>Tag and longest length of a pair.</summary>
    private const int PrefixBytesMax = 6;

    private int _pairs;

    /// <summary>The encoded message.</summary>
    public MessageParts Bytes { get; } = new();

    /// <inheritdoc/>
    public override int Pairs => _pairs;

    /// <inheritdoc/>
    public override long Length => Bytes.Length;

    /// <summary>Begins the message.</summary>
    public void Begin(ResponseHeader header) => Write(new RangeResponse { Header = header });

    /// <inheritdoc/>
    public void Add(in KeyValue pair)
    {
        _pairs++;
        if (pair.Encoded.IsEmpty)
        {
            // Only the key was asked for.
            WireKeyValue wire = Responses.ToWire(pair);
            WritePrefix(wire.CalculateSize());
            Write(wire);
        }
        else
        {
            WritePrefix(pair.Encoded.Length);
            Bytes.Write(pair.Encoded.Span);
        }
    }

    /// <summary>Ends the message.</summary>
    public void End(in RangeResult result) => Write(new RangeResponse { Count = result.Count, More = result.More });

    /// <inheritdoc/>
    public override void WriteTo(CallOutput output) => output.Add(Bytes);

    /// <inheritdoc/>
    public override RangeResponse Decode()
    {
        var whole = new ArrayBufferWriter<byte>();
        Bytes.CopyTo(whole);
        return RangeResponse.Parser.ParseFrom(whole.WrittenSpan);
    }

    private void Write(IMessage message)
    {
        int size = message.CalculateSize();
        message.WriteTo(Bytes.GetSpan(size)[..size]);
        Bytes.Advance(size);
    }

    private void WritePrefix(int length)
    {
        var writer = new FieldWriter(Bytes.GetSpan(PrefixBytesMax));
        writer.Prefix(PairTag, length);
        Bytes.Advance(writer.Length);
    }
}
