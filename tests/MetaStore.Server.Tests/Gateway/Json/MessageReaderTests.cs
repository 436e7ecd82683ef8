using System.Globalization;
using System.Numerics;
using System.Text;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using MetaStore.Server.Gateway.Json;

namespace MetaStore.Server.Tests.Gateway.Json;

public sealed class MessageReaderTests
{
    private static readonly ServiceDescriptor[] Services =
    [
        Protocol.Etcd.KV.Descriptor, Protocol.Etcd.Watch.Descriptor, Protocol.Etcd.Lease.Descriptor, Protocol.Etcd.Cluster.Descriptor, Protocol.Etcd.Maintenance.Descriptor, Protocol.Etcd.Auth.Descriptor,
        Protocol.Locks.Lock.Descriptor, Protocol.Elections.Election.Descriptor,
    ];

    /// <summary>Every message that a client may send through the gateway, including nested ones.</summary>
    public static TheoryData<string> Requests => [.. Reachable().Select(type => type.FullName).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Requests))]
    public void EveryField_OfEveryRequest_IsReadAtItsExtremes(string name)
    {
        var type = Reachable().Single(type => type.FullName == name);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            foreach (var (json, expected) in Values(field))
            {
                foreach (var key in new[] { field.Name, field.JsonName })
                {
                    var text = field.IsRepeated ? $"{{\"{key}\":[{json},{json}]}}" : $"{{\"{key}\":{json}}}";
                    var message = Read(text, type);
                    var value = field.Accessor.GetValue(message);
                    var read = field.IsRepeated ? ((System.Collections.IList)value).Cast<object>().ToArray() : [value];
                    Assert.All(read, one => Assert.True(Equals(Plain(expected), Plain(one)), $"{text}: {expected} was read as {one}"));
                    Assert.Equal(field.IsRepeated ? 2 : 1, read.Length);
                    Assert.True(field.ContainingOneof is null || field.ContainingOneof.Accessor.GetCaseFieldDescriptor(message) == field, text);

                    // Responses to other clients are parsed unchanged.
                    Assert.Equal(message, Read(JsonFormatter.Default.Format(message), type));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void EveryInteger_OutsideOfItsRange_IsRefused(string name)
    {
        var type = Reachable().Single(type => type.FullName == name);
        foreach (var field in type.Fields.InDeclarationOrder().Where(field => Range(field) is not null))
        {
            var (min, max, goType) = Range(field)!.Value;
            foreach (var number in new[] { $"{min - 1}", $"{max + 1}", "1.0", "1e3", "0.5", $"{max}0", "-1e0", "99999999999999999999999999" })
            {
                foreach (var json in field.FieldType == FieldType.Enum ? new[] { number } : [number, $"\"{number}\""])
                {
                    var text = field.IsRepeated ? $"{{\"{field.Name}\":[{json}]}}" : $"{{\"{field.Name}\":{json}}}";
                    Assert.Equal($"json: cannot unmarshal number {number} into Go value of type {goType}", Fails(text, type));
                }
            }
        }
    }

    [Fact]
    public void Property_AnyId_AsNumberAndAsText_IsItself()
    {
        var random = new Random(8731);
        for (var i = 0; i < 10_000; i++)
        {
            var id = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            Assert.Equal(id, ((LeaseGrantRequest)Read($"{{\"ID\":{id}}}", LeaseGrantRequest.Descriptor)).ID);
            Assert.Equal(id, ((LeaseGrantRequest)Read($"{{\"ID\":\"{id}\"}}", LeaseGrantRequest.Descriptor)).ID);
            Assert.Equal((ulong)id, ((MemberRemoveRequest)Read($"{{\"ID\":{(ulong)id}}}", MemberRemoveRequest.Descriptor)).ID);
        }
    }

    [Theory]
    [InlineData("{\"key\":\"Yg==\",\"key\":\"YQ==\"}", "a")]
    [InlineData("{\"key\":5,\"key\":\"YQ==\"}", "a")]
    [InlineData("{\"k\\u0065y\":\"YQ==\"}", "a")]
    [InlineData("{\"KEY\":\"YQ==\"}", "")]
    [InlineData("{\"key\":[97,98,null]}", "ab\0")]
    [InlineData("{\"key\":\"Y\\u0051=\\n=\"}", "a")]
    [InlineData("{\"key\":\"YR==\"}", "a")]
    [InlineData("{\"key\":null}", "")]
    [InlineData("{\"unknown\":[{\"\\ud800\":1}],\"key\":\"YQ==\"}", "a")]
    [InlineData("null", "")]
    public void OtherSpellings_AreReadAsEtcdReadsThem(string json, string key) =>
        Assert.Equal(key, ((RangeRequest)Read(json, RangeRequest.Descriptor)).Key.ToStringUtf8());

    [Theory]
    [InlineData("{\"range_end\":\"AA==\",\"rangeEnd\":\"Yg==\"}")]
    [InlineData("{\"rangeEnd\":\"Yg==\",\"range_end\":\"AA==\"}")]
    public void CamelCase_GoesBeforeTheOtherSpelling(string json) =>
        Assert.Equal("b", ((RangeRequest)Read(json, RangeRequest.Descriptor)).RangeEnd.ToStringUtf8());

    [Theory]
    [InlineData("é", "\"é\"")]
    [InlineData("\uFFFD", "\"\\ud800\"")]
    [InlineData("😀\uFFFDx", "\"\\ud83d\\ude00\\ude00x\"")]
    [InlineData("/\"\b\f\n\r\t\\", "\"\\/\\\"\\b\\f\\n\\r\\t\\\\\"")]
    public void Text_IsUnescapedAsInGo(string expected, string json) =>
        Assert.Equal(expected, ((MemberAddRequest)Read($"{{\"peerURLs\":[{json}]}}", MemberAddRequest.Descriptor)).PeerURLs[0]);

    [Fact]
    public void TextThatIsNoUtf8_HasOneReplacementPerByte()
    {
        byte[] json = [.. "{\"peerURLs\":[\"x"u8, 0xE2, 0x82, 0xFF, .. "\"]}"u8];
        Assert.Equal("x\uFFFD\uFFFD\uFFFD", ((MemberAddRequest)MessageReader.Read(json, MemberAddRequest.Descriptor)).PeerURLs[0]);
    }

    [Theory]
    [InlineData("{\"key\":5}", "json: cannot unmarshal number into Go value of type []uint8")]
    [InlineData("{\"key\":[97,300]}", "json: cannot unmarshal number 300 into Go value of type uint8")]
    [InlineData("{\"key\":[\"x\"]}", "json: cannot unmarshal string into Go value of type uint8")]
    [InlineData("{\"key\":\"YQ\"}", "illegal base64 data at input byte 0")]
    [InlineData("{\"key\":\"_-8=\"}", "illegal base64 data at input byte 0")]
    [InlineData("{\"key\":\"YQ==YQ==\"}", "illegal base64 data at input byte 4")]
    [InlineData("{\"key\":\"YQ=x\"}", "illegal base64 data at input byte 2")]
    [InlineData("{\"limit\":\"\"}", "unexpected end of JSON input")]
    [InlineData("{\"limit\":\"x\"}", "invalid character 'x' looking for beginning of value")]
    [InlineData("{\"limit\":\"1\\\"\"}", "invalid character '\\\\' after top-level value")]
    [InlineData("{\"limit\":true}", "json: cannot unmarshal bool into Go value of type int64")]
    [InlineData("{\"limit\":{}}", "json: cannot unmarshal object into Go value of type int64")]
    [InlineData("{\"serializable\":\"true\"}", "json: cannot unmarshal string into Go value of type bool")]
    [InlineData("{\"sort_order\":\"2\"}", "unknown value \"2\" for enum etcdserverpb.RangeRequest_SortOrder")]
    [InlineData("{\"sort_order\":\"\\u0041\"}", "unknown value \"\\\\u0041\" for enum etcdserverpb.RangeRequest_SortOrder")]
    [InlineData("[]", "json: cannot unmarshal array into Go value of type map[string]json.RawMessage")]
    public void WhatDoesNotFit_IsRefusedInEtcdsWords(string json, string text) => Assert.Equal(text, Fails(json, RangeRequest.Descriptor));

    [Theory]
    [InlineData("{\"compare\":{}}", "json: cannot unmarshal object into Go value of type []json.RawMessage")]
    [InlineData("{\"compare\":[5]}", "json: cannot unmarshal number into Go value of type map[string]json.RawMessage")]
    [InlineData("{\"compare\":[null]}", "proto: repeated field compare has nil element")]
    public void WrongLists_AreRefused(string json, string text) => Assert.Equal(text, Fails(json, TxnRequest.Descriptor));

    [Theory]
    [InlineData("\"NOPUT\"", "invalid target \"slice\" for enum etcdserverpb.WatchCreateRequest_FilterType")]
    [InlineData("\"NO\"", "unknown value \"NO\" for enum etcdserverpb.WatchCreateRequest_FilterType")]
    public void WrongListsOfEnums_AreRefused(string filters, string text) =>
        Assert.Equal(text, Fails($"{{\"filters\":{filters}}}", WatchCreateRequest.Descriptor));

    [Fact]
    public void Null_ChoosesAScalarOfAOneof_AndNoMessage()
    {
        var compare = (Compare)Read("{\"version\":null}", Compare.Descriptor);
        Assert.Equal(Compare.TargetUnionOneofCase.Version, compare.TargetUnionCase);
        Assert.Equal(RequestOp.RequestOneofCase.None, ((RequestOp)Read("{\"request_range\":null}", RequestOp.Descriptor)).RequestCase);
    }

    [Fact]
    public void Messages_AreNestedAsDeepAsOnTheWire_AndNoDeeper()
    {
        Read(Nested(49), TxnRequest.Descriptor);
        Assert.Equal("messages are nested more than 100 deep", Fails(Nested(50), TxnRequest.Descriptor));
        Assert.Equal("messages are nested more than 100 deep", Fails(Nested(3_000), TxnRequest.Descriptor));
        TxnRequest.Parser.ParseFrom(Read(Nested(49), TxnRequest.Descriptor).ToByteArray());
    }

    private static string Nested(int count) =>
        string.Concat(Enumerable.Repeat("{\"success\":[{\"request_txn\":", count)) + "{}" + string.Concat(Enumerable.Repeat("}]}", count));

    private static IMessage Read(string json, MessageDescriptor type) => MessageReader.Read(Encoding.UTF8.GetBytes(json), type);

    private static string Fails(string json, MessageDescriptor type)
    {
        var failed = Assert.Throws<RpcException>(() => Read(json, type));
        Assert.Equal(StatusCode.InvalidArgument, failed.StatusCode);
        return failed.Status.Detail;
    }

    private static object Plain(object value) => value is Enum number ? Convert.ToInt32(number, CultureInfo.InvariantCulture) : value;

    /// <summary>JSON for a field's type and the value it represents.</summary>
    private static IEnumerable<(string Json, object Value)> Values(FieldDescriptor field)
    {
        switch (field.FieldType)
        {
            case FieldType.Bool:
                return [("true", true), ("false", false)];
            case FieldType.String:
                return [("\"\"", ""), ("\"é\\n\\u20ac\"", "é\n€"), ($"\"{new string('x', 10_000)}\"", new string('x', 10_000))];
            case FieldType.Bytes:
                byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
                return [("\"\"", ByteString.Empty), ($"\"{Convert.ToBase64String(all)}\"", ByteString.CopyFrom(all)), ("[0,255]", ByteString.CopyFrom(0, 255))];
            case FieldType.Message:
                return [("{}", Read("{}", field.MessageType))];
            case FieldType.Enum:
                return field.EnumType.Values.Select(value => ($"\"{value.Name}\"", (object)value.Number))
                    .Concat(field.EnumType.Values.Select(value => ($"{value.Number}", (object)value.Number))).Append(($"{int.MaxValue}", int.MaxValue));
            default:
                var (min, max, _) = Range(field)!.Value;
                BigInteger[] numbers = [min, min + 1, -BigInteger.One, 0, 1, (1L << 53) + 1, 8731532100245991019, max - 1, max];
                return numbers.Where(number => number >= min && number <= max).SelectMany(number =>
                    new[] { $"{number}", $"\"{number}\"", $"\" {number}\"" }.Select(json => (json, Of(number, field.FieldType))));
        }
    }

    private static object Of(BigInteger number, FieldType type) => type switch
    {
        FieldType.Int32 => (int)number,
        FieldType.UInt32 => (uint)number,
        FieldType.Int64 => (long)number,
        _ => (ulong)number,
    };

    private static (BigInteger Min, BigInteger Max, string GoType)? Range(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Int32 => (int.MinValue, int.MaxValue, "int32"),
        FieldType.UInt32 => (0, uint.MaxValue, "uint32"),
        FieldType.Int64 => (long.MinValue, long.MaxValue, "int64"),
        FieldType.UInt64 => (0, ulong.MaxValue, "uint64"),
        FieldType.Enum => (int.MinValue, int.MaxValue, GoNames.Of(field.EnumType)),
        _ => null,
    };

    private static HashSet<MessageDescriptor> Reachable()
    {
        var types = new HashSet<MessageDescriptor>();
        var open = new Queue<MessageDescriptor>(Services.SelectMany(service => service.Methods).Select(method => method.InputType));
        while (open.TryDequeue(out var type))
        {
            if (types.Add(type))
            {
                foreach (var field in type.Fields.InDeclarationOrder().Where(field => field.FieldType == FieldType.Message))
                {
                    open.Enqueue(field.MessageType);
                }
            }
        }

        return types;
    }
}
