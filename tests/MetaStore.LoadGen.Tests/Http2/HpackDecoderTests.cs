using System.Text;
using MetaStore.LoadGen.Http2.Hpack;
using MetaStore.LoadGen.Http2;

namespace MetaStore.LoadGen.Tests.Http2;

public sealed class HpackDecoderTests
{
    [Theory]
    [InlineData("f1e3c2e5f23a6ba0ab90f4ff", "www.example.com")]
    [InlineData("a8eb10649cbf", "no-cache")]
    [InlineData("25a849e95ba97d7f", "custom-key")]
    [InlineData("d07abe941054d444a8200595040b8166e082a62d1bff", "Mon, 21 Oct 2013 20:13:21 GMT")]
    [InlineData("94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1")]
    public void Huffman_ExamplesOfTheStandard_Decode(string encoded, string decoded) =>
        Assert.Equal(decoded, Encoding.Latin1.GetString(HuffmanCode.Decode(Convert.FromHexString(encoded))));

    [Theory]
    [InlineData("ffffffff")] // end of string
    [InlineData("f1e3c2e5f23a6ba0ab90f400")] // padding of zeros
    public void Huffman_Wrong_IsRefused(string encoded) =>
        Assert.Throws<Http2ProtocolException>(() => HuffmanCode.Decode(Convert.FromHexString(encoded)));

    [Fact]
    public void Decode_TableUpdateThenIndexedStatus_IsRead()
    {
        ResponseHeaders headers = HpackDecoder.Decode([0x20, 0x88]);
        Assert.Equal(new ResponseHeaders(200, -1, null), headers);
    }

    [Fact]
    public void Decode_Trailers_StatusAndMessage()
    {
        byte[] block = [0x00, .. String("grpc-status"), .. String("8"), 0x40, .. String("grpc-message"), .. String("too%20many")];
        Assert.Equal(new ResponseHeaders(0, 8, "too%20many"), HpackDecoder.Decode(block));
    }

    [Fact]
    public void Decode_LiteralStatusWithIndexedName_IsRead() =>
        Assert.Equal(503, HpackDecoder.Decode([0x08, .. String("503")]).HttpStatus);

    [Fact]
    public void Decode_LongInteger_IsRead()
    {
        string value = new('x', 300);
        byte[] block = [0x00, .. String("grpc-message"), 0x7f, 0xad, 0x01, .. Encoding.ASCII.GetBytes(value)];
        Assert.Equal(value, HpackDecoder.Decode(block).GrpcMessage);
    }

    [Theory]
    [InlineData("BE")] // entry 62
    [InlineData("80")] // entry 0
    [InlineData("7F00")] // name of entry 63
    [InlineData("00")] // no name
    [InlineData("000A61")] // name cut short
    [InlineData("FFFFFFFFFFFF7F")] // integer without end
    public void Decode_Malformed_IsRefused(string block) =>
        Assert.Throws<Http2ProtocolException>(() => HpackDecoder.Decode(Convert.FromHexString(block)));

    [Fact]
    public void Cache_ManyBlocks_AlwaysGivesTheRightOne()
    {
        HeaderBlockCache cache = new();
        Random random = new(3);
        for (int i = 0; i < 1000; i++)
        {
            int status = random.Next(0, 17);
            Assert.Equal(status, cache.Get([0x00, .. String("grpc-status"), .. String($"{status}")]).GrpcStatus);
        }
    }

    private static byte[] String(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}
