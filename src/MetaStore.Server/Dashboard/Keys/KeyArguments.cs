using System.Buffers.Text;
using MetaStore.IO.Text;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Dashboard.Keys;

/// <summary>Arguments of the key browser's requests: bytes as base64, numbers in decimal.</summary>
internal static class KeyArguments
{
    /// <summary>Longest key or prefix in a request, in bytes, because it is part of a URL.</summary>
    public const int KeyBytesMax = 2048;

    /// <summary>Bytes of an argument; empty when it is missing.</summary>
    /// <exception cref="BadArgumentException">It is not base64, or too long.</exception>
    public static byte[] Bytes(HttpRequest request, string name)
    {
        string text = request.Query[name].FirstOrDefault() ?? "";
        byte[] bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (!Convert.TryFromBase64String(text, bytes, out int length))
        {
            throw new BadArgumentException($"{name} is not base64");
        }

        return length <= KeyBytesMax ? bytes[..length] : throw new BadArgumentException($"{name} has {length} bytes, the maximum is {KeyBytesMax}");
    }

    /// <summary>A number; 0 when it is missing.</summary>
    /// <exception cref="BadArgumentException">It is not an integer, or negative.</exception>
    public static long Number(HttpRequest request, string name)
    {
        string text = request.Query[name].FirstOrDefault() ?? "";
        return text.Length == 0 ? 0
            : DecimalDigits.TryParse(text, out long number) ? number
            : throw new BadArgumentException($"{name} is not an integer");
    }

    /// <summary>The end of the range of keys with a prefix, as in etcd, where one zero byte means all keys.</summary>
    public static byte[] EndOf(ReadOnlySpan<byte> prefix)
    {
        int last = prefix.LastIndexOfAnyExcept((byte)0xff);
        if (last < 0)
        {
            return [0];
        }

        byte[] end = prefix[..(last + 1)].ToArray();
        end[last]++;
        return end;
    }
}
