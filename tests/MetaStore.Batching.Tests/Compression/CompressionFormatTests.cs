using System.Text;
using MetaStore.Batching.Compression;
using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Tests.Compression;

/// <summary>Data compressed by earlier versions with the system's liblz4, libsnappy and libzstd stays readable, and damaged input is rejected.</summary>
public sealed class CompressionFormatTests
{
    private static readonly byte[] _plain = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 24).Select(
        i => $"/registry/pods/default/pod-{i:d4}={{\"phase\":\"Running\",\"node\":{i * 7 % 5}}}\n")));

    public static TheoryData<BatchCompression, string> Packed => new()
    {
        {
            BatchCompression.Lz4,
            "8AcvcmVnaXN0cnkvcG9kcy9kZWZhdWx0DQD/FC0wMDAwPXsicGhhc2UiOiJSdW5uaW5nIiwibm9kZSI6MH0KPQALHzE9AAgfMj0ADR8yPQAIHzQ9AA0fMz0A"
            + "CB8xPQANHzQ9AAgfMz0ADR81PQAIDzEBDh82PQAIDzEBDh83PQAIDzEBDh84PQAIDzEBDh85PQAIDzEBDR8xYgIpHzFiAikfMWICKR8xYgIpHzFiAikfMWIC"
            + "KR8xYgIpHzFiAikfMWICKR8xYgIpHzJiAikfMmICKR8yYgIpHzJiAgdQIjoxfQo="
        },
        {
            BatchCompression.Snappy,
            "uAtUL3JlZ2lzdHJ5L3BvZHMvZGVmYXVsdAENiC0wMDAwPXsicGhhc2UiOiJSdW5uaW5nIiwibm9kZSI6MH0Kdj0AADFqPQAAMn49AAAyaj0AADR+PQAAM2o9"
            + "AAAxfj0AADRqPQAAM349AAA1aj0AgjEBADZqPQCCMQEAN2o9AIIxAQA4aj0AgjEBADlqPQB+MQEAMe5iAgAx7mICADHuYgIAMe5iAgAx7mICADHuYgIAMe5i"
            + "AgAx7mICADHuYgIAMe5iAgAy7mICADLuYgIEMjJqGQN+kwMAMnpiAg=="
        },
        {
            BatchCompression.Zstd,
            "KLUv/WC4BDUFAPLGFxuAxzkY1d9D6bDx8QVuAitv7f9SyqRMhjMCpgNF4rqZt1OVJ4vkYUP3upm3r8qTRfKwoXvdzBcJL7hUYwjAhjmMRQNccD2m4BAhsO2A"
            + "ai5BhoghLJWeai4dHug5zXpSLiDgdwOh4BcyXMLDWdgaCQ9noeAXMlzCw1ko+IUMLuHhLBT8QoaLEBsWCn4hwyU8nIWCX8hwCQ/OQsEvZLiQ8DYgJig="
        },
    };

    [Theory]
    [MemberData(nameof(Packed))]
    public void TryUnpack_PackedBySystemLibrary_GivesThePlainBytes(BatchCompression compression, string packed)
    {
        byte[] plain = new byte[_plain.Length];
        Assert.True(BatchCompressors.For(compression).TryUnpack(Convert.FromBase64String(packed), plain));
        Assert.Equal(_plain, plain);
    }

    [Theory]
    [MemberData(nameof(Packed))]
    public void TryUnpack_AnyByteChangedOrAnyLengthCut_NeverThrowsOrWritesBeyond(BatchCompression compression, string packed)
    {
        IBatchCompressor compressor = BatchCompressors.For(compression);
        byte[] whole = Convert.FromBase64String(packed);
        byte[] target = new byte[_plain.Length + 64];
        for (int at = 0; at < whole.Length; at++)
        {
            compressor.TryUnpack(whole.AsSpan(0, at), target.AsSpan(0, _plain.Length));
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] damaged = [.. whole];
                damaged[at] ^= (byte)(1 << bit);
                compressor.TryUnpack(damaged, target.AsSpan(0, _plain.Length));
                Assert.True(target.AsSpan(_plain.Length).IndexOfAnyExcept((byte)0) < 0, $"byte {at}, bit {bit}: written beyond the target");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Packed))]
    public void TryUnpack_OtherSizeThanPacked_IsRefused(BatchCompression compression, string packed)
    {
        byte[] whole = Convert.FromBase64String(packed);
        Assert.False(BatchCompressors.For(compression).TryUnpack(whole, new byte[_plain.Length - 1]));
        Assert.False(BatchCompressors.For(compression).TryUnpack(whole, new byte[_plain.Length + 1]));
    }
}
