using System.Text;
using System.Text.Json;
using Google.Protobuf;
using MetaStore.Protocol.Mvcc;
using MetaStore.Server.Dashboard.Keys;

namespace MetaStore.Server.Tests.Dashboard.Keys;

public sealed class PairJsonTests
{
    [Fact]
    public void Write_NumbersAreText_TheLeaseIsHex_NoValueUnlessAskedFor()
    {
        var pair = new KeyValue { Key = ByteString.CopyFromUtf8("k"), CreateRevision = 2, ModRevision = long.MaxValue, Version = 3, Lease = 0x7fffffff, Value = ByteString.CopyFromUtf8("v") };
        Assert.Equal(
            """{"key":"aw==","key_bytes":1,"create_revision":"2","mod_revision":"9223372036854775807","version":"3","lease":"7fffffff"}""", Written(json => PairJson.Write(json, pair, -1)));
    }

    [Fact]
    public void Write_LeaseIdAbove63Bits_IsTheHexThatToolsShow() =>
        Assert.Contains("\"lease\":\"8000000000000001\"", Written(json => PairJson.Write(json, new KeyValue { Lease = long.MinValue + 1 }, 0)), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(9, 9)]
    [InlineData(10, 10)]
    [InlineData(11, 10)]
    public void Bytes_AreCutAtTheMaximum_AndTheirLengthIsThatBefore(int length, int shown)
    {
        JsonElement written = JsonDocument.Parse(Written(json => PairJson.Bytes(json, "value", ByteString.CopyFrom(new byte[length]), 10))).RootElement;
        Assert.Equal((shown, length), (written.GetProperty("value").GetBytesFromBase64().Length, written.GetProperty("value_bytes").GetInt32()));
    }

    private static string Written(Action<Utf8JsonWriter> write)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }
}
