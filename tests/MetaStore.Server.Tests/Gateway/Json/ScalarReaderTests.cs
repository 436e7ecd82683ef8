using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Gateway.Json;

namespace MetaStore.Server.Tests.Gateway.Json;

/// <summary>Scalars of a request as etcd's gateway reads them; its texts, which are Go's, for what does not fit.</summary>
public sealed class ScalarReaderTests
{
    private static readonly MessageDescriptor Range = RangeRequest.Descriptor;

    [Theory]
    [InlineData("5", 5L)]
    [InlineData("\"5\"", 5L)]
    [InlineData("\" 5\\u0020\"", null)]
    [InlineData("\" 5 \"", 5L)]
    [InlineData("-1", -1L)]
    [InlineData("null", 0L)]
    [InlineData("\"null\"", 0L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("\"-9223372036854775808\"", long.MinValue)]
    [InlineData("-0", 0L)]
    [InlineData("9223372036854775808", null)]
    [InlineData("5.0", null)]
    [InlineData("5e0", null)]
    [InlineData("\"\"", null)]
    [InlineData("\"abc\"", null)]
    [InlineData("\"5 5\"", null)]
    [InlineData("\"+5\"", null)]
    [InlineData("\"05\"", null)]
    [InlineData("true", null)]
    [InlineData("[5]", null)]
    [InlineData("{}", null)]
    public void Int64_ExactlyAndInItsWholeRange(string json, long? expected) => Check(Range, "limit", json, expected);

    [Theory]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("0", 0UL)]
    [InlineData("-1", null)]
    [InlineData("-0", null)]
    public void UInt64_HasNoSign(string json, ulong? expected) => Check(ResponseHeader.Descriptor, "cluster_id", json, expected);

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", false)]
    [InlineData("1", null)]
    [InlineData("\"true\"", null)]
    public void Bool_IsNoNumberAndNoText(string json, bool? expected) => Check(Range, "serializable", json, expected);

    [Theory]
    [InlineData("\"DESCEND\"", 2)]
    [InlineData("2", 2)]
    [InlineData("77", 77)]
    [InlineData("\"descend\"", null)]
    [InlineData("\"\"", null)]
    [InlineData("2.0", null)]
    public void Enum_IsANameOrANumber(string json, int? expected) => Check(Range, "sort_order", json, expected);

    [Theory]
    [InlineData("\"AAE=\"", new byte[] { 0, 1 })]
    [InlineData("\"\\u0041AE=\"", new byte[] { 0, 1 })]
    [InlineData("[0, 255]", new byte[] { 0, 255 })]
    [InlineData("[]", new byte[0])]
    [InlineData("null", new byte[0])]
    [InlineData("[256]", null)]
    [InlineData("[-1]", null)]
    [InlineData("[\"1\"]", null)]
    [InlineData("7", null)]
    [InlineData("{}", null)]
    public void Bytes_AreBase64_OrNumbers(string json, byte[]? expected) => Check(Range, "key", json, expected is null ? null : ByteString.CopyFrom(expected));

    [Theory]
    [InlineData("limit", "{}", "json: cannot unmarshal object into Go value of type int64")]
    [InlineData("limit", "1.5", "json: cannot unmarshal number 1.5 into Go value of type int64")]
    [InlineData("serializable", "\"x\"", "json: cannot unmarshal string into Go value of type bool")]
    [InlineData("key", "[\"x\"]", "json: cannot unmarshal string into Go value of type uint8")]
    [InlineData("key", "true", "json: cannot unmarshal bool into Go value of type []uint8")]
    public void Text_OfARefusal_IsGos(string field, string json, string expected) => Assert.Equal(expected, Refusal(Range, field, json).Status.Detail);

    private static void Check(MessageDescriptor message, string field, string json, object? expected)
    {
        if (expected is null)
        {
            Assert.Equal(StatusCode.InvalidArgument, Refusal(message, field, json).StatusCode);
        }
        else
        {
            Assert.Equal(expected, Read(message, field, json));
        }
    }

    private static RpcException Refusal(MessageDescriptor message, string field, string json) => Assert.Throws<RpcException>(() => Read(message, field, json));

    private static object Read(MessageDescriptor message, string field, string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return ScalarReader.Read(document.RootElement, message.FindFieldByName(field));
    }
}
