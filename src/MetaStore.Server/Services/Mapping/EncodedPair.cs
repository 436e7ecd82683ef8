using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls.Responses;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.Server.Services.Mapping;

/// <summary>The RangeResponse to a get of one key, in one array: the most frequent read makes no message and no list.</summary>
/// <remarks>The bytes are those of the message that <see cref="Responses"/> makes.</remarks>
internal sealed class EncodedPair : EncodedResponse
{
    /// <summary>Longest pair; larger ones are sent in parts, as <see cref="EncodedRange"/>.</summary>
    public const int PairBytesMax = 32 << 10;

    private const byte HeaderTag = (1 << 3) | 2;
    private const byte PairTag = (2 << 3) | 2;
    private const byte CountTag = 4 << 3;

    private readonly byte[] _bytes;

    /// <param name="header">The encoded header.</param>
    /// <param name="result">Result of a read of one key, without an error.</param>
    /// <param name="pair">The pair that was read, of at most <see cref="PairBytesMax"/>; without a key when there is none.</param>
    public EncodedPair(ReadOnlySpan<byte> header, in RangeResult result, in KeyValue pair)
    {
        ReadOnlySpan<byte> encoded = pair.Encoded.Span;
        int size = 1 + FieldWriter.SizeOf((uint)header.Length) + header.Length
            + (encoded.IsEmpty ? 0 : 1 + FieldWriter.SizeOf((uint)encoded.Length) + encoded.Length)
            + (result.Count == 0 ? 0 : 1 + FieldWriter.SizeOf((ulong)result.Count));
        _bytes = GC.AllocateUninitializedArray<byte>(size);
        var writer = new FieldWriter(_bytes);
        writer.Prefix(HeaderTag, header.Length);
        writer.Raw(header);
        if (!encoded.IsEmpty)
        {
            Pairs = 1;
            writer.Prefix(PairTag, encoded.Length);
            writer.Raw(encoded);
        }

        writer.Number(CountTag, (ulong)result.Count);
    }

    /// <summary>The encoded message.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <inheritdoc/>
    public override int Pairs { get; }

    /// <inheritdoc/>
    public override long Length => _bytes.Length;

    /// <inheritdoc/>
    public override void WriteTo(CallOutput output) => output.Add(_bytes);

    /// <inheritdoc/>
    public override RangeResponse Decode() => RangeResponse.Parser.ParseFrom(_bytes);
}
