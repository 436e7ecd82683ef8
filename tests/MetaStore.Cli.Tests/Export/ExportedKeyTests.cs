using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using MetaStore.Cli.Export;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Tests.Export;

public sealed class ExportedKeyTests
{
    [Fact]
    public void Line_OfText_IsText_AndTheLeaseHexadecimal() => Assert.Equal(
        "{\"key\":\"a/\\u00E9\",\"value\":\"\",\"create_revision\":3,\"mod_revision\":9,\"version\":2,\"lease\":\"ffffffffffffffff\"}\n",
        Line(new KeyValue { Key = ByteString.CopyFromUtf8("a/é"), CreateRevision = 3, ModRevision = 9, Version = 2, Lease = -1 }));

    [Fact]
    public void Line_OfOtherBytes_IsBase64() => Assert.Equal(
        "{\"key_base64\":\"/w==\",\"value_base64\":\"wyg=\",\"create_revision\":0,\"mod_revision\":0,\"version\":0}\n",
        Line(new KeyValue { Key = ByteString.CopyFrom(0xff), Value = ByteString.CopyFrom(0xc3, 0x28) }));

    [Fact]
    public void Line_OfAnyBytes_IsReadAgain()
    {
        var random = new Random(11);
        for (var round = 0; round < 500; round++)
        {
            var (key, value) = (new byte[random.Next(1, 8)], new byte[random.Next(8)]);
            random.NextBytes(key);
            random.NextBytes(value);
            var pair = new KeyValue { Key = ByteString.CopyFrom(key), Value = ByteString.CopyFrom(value), Lease = random.NextInt64() };
            Assert.Equal(pair, Read(Line(pair)));
        }
    }

    [Theory]
    [InlineData("{}", "it has no key")]
    [InlineData("{\"key\":\"k\"}", "it has no value")]
    [InlineData("{\"key\":\"\",\"value\":\"v\"}", "the key is empty")]
    [InlineData("{\"key\":1,\"value\":\"v\"}", "key is not a text")]
    [InlineData("{\"key\":\"\\ud800\",\"value\":\"v\"}", "key is not a text")]
    [InlineData("{\"key\":null,\"value\":\"v\"}", "key is null")]
    [InlineData("{\"key\":\"k\",\"value_base64\":[]}", "value is not a text")]
    [InlineData("{\"key\":\"k\",\"value\":\"v\",\"lease\":5}", "lease is not a text")]
    public void Line_Malformed_SaysWhat(string line, string why) => Assert.Equal(why, Assert.Throws<FormatException>(() => Read(line)).Message);

    [Theory]
    [InlineData("{\"key_base64\":\"x\",\"value\":\"v\"}")]
    [InlineData("{\"key\":\"k\",\"value\":\"v\",\"lease\":\"-1\"}")]
    [InlineData("{\"key\":\"k\",\"value\":\"v\",\"lease\":\"\"}")]
    public void Line_WithAMalformedPart_IsRefused(string line) => Assert.Throws<FormatException>(() => Read(line));

    private static string Line(KeyValue pair)
    {
        var output = new ArrayBufferWriter<byte>();
        ExportedKey.Write(output, pair);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static KeyValue Read(string line)
    {
        using var json = JsonDocument.Parse(line);
        return ExportedKey.Read(json.RootElement);
    }
}
