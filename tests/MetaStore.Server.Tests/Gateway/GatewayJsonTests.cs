using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Gateway;

namespace MetaStore.Server.Tests.Gateway;

/// <summary>The bytes of responses: clients of etcd's gateway compare and parse them.</summary>
public sealed class GatewayJsonTests
{
    private readonly ArrayBufferWriter<byte> _target = new();

    [Fact]
    public void Write_DefaultsAreOmitted_NumbersOf64BitsAreText_NamesAreThoseOfTheProto()
    {
        GatewayJson.Write(_target, new RangeResponse { Header = new ResponseHeader { ClusterId = ulong.MaxValue, RaftTerm = 1 }, More = true, Count = -1 });
        Assert.Equal("""{"header":{"cluster_id":"18446744073709551615","raft_term":"1"},"more":true,"count":"-1"}""", Written);
    }

    [Fact]
    public void Write_EmptyMessage_IsAnEmptyObject()
    {
        GatewayJson.Write(_target, new PutResponse());
        Assert.Equal("{}", Written);
    }

    [Fact]
    public void Write_BytesAreBase64_EnumsAreNames()
    {
        GatewayJson.Write(_target, new AlarmMember { MemberID = 7, Alarm = AlarmType.Nospace });
        GatewayJson.Write(_target, new MetaStore.Protocol.Mvcc.KeyValue { Key = ByteString.CopyFrom(0, 255, 254), Lease = 16 });
        Assert.Equal("""{"memberID":"7","alarm":"NOSPACE"}{"key":"AP/+","lease":"16"}""", Written);
    }

    /// <summary>A name of a member is any text: it must not end the string that it stands in.</summary>
    [Theory]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\nb\u0001", "a\\nb\\u0001")]
    [InlineData("\u00fc<&>'", "\u00fc<&>'")]
    public void Write_TextWithSpecialCharacters_IsEscapedOnceAndReadsBack(string name, string shown)
    {
        GatewayJson.Write(_target, new Member { Name = name });
        Assert.Equal($"{{\"name\":\"{shown}\"}}", Written);
        Assert.Equal(name, JsonDocument.Parse(Written).RootElement.GetProperty("name").GetString());
    }

    [Fact]
    public void WriteResultLine_EndsWithALineFeed_AndHasNoOther()
    {
        GatewayJson.WriteResultLine(_target, new WatchResponse { Created = true, CancelReason = "a\nb" });
        Assert.Equal("{\"result\":{\"created\":true,\"cancel_reason\":\"a\\nb\"}}\n", Written);
    }

    [Fact]
    public void WriteError_HasTheTextTwice_AndTheNumberOfTheCode()
    {
        GatewayJson.WriteError(_target, new Status(StatusCode.Unauthenticated, "etcdserver: \"x\""));
        Assert.Equal("""{"error":"etcdserver: \"x\"","message":"etcdserver: \"x\"","code":16}""", Written);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, 14, 503, "Service Unavailable")]
    [InlineData(StatusCode.ResourceExhausted, 8, 429, "Too Many Requests")]
    [InlineData(StatusCode.OutOfRange, 11, 400, "Bad Request")]
    [InlineData(StatusCode.DeadlineExceeded, 4, 504, "Gateway Timeout")]
    [InlineData(StatusCode.Unknown, 2, 500, "Internal Server Error")]
    public void WriteErrorLine_HasBothCodes_AndTheNameOfTheHttpStatus(StatusCode code, int grpc, int http, string name)
    {
        GatewayJson.WriteErrorLine(_target, new Status(code, "why"));
        Assert.Equal($"{{\"error\":{{\"grpc_code\":{grpc},\"http_code\":{http},\"message\":\"why\",\"http_status\":\"{name}\"}}}}\n", Written);
    }

    private string Written => Encoding.UTF8.GetString(_target.WrittenSpan);
}
