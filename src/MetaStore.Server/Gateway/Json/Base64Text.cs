using System.Globalization;
using Grpc.Core;

namespace MetaStore.Server.Gateway.Json;

/// <summary>Padded base64 of RFC 4648 as etcd's gateway accepts it: line ends are ignored, unused bits may be set.</summary>
/// <remarks>The URL alphabet and missing padding are rejected. Error offsets are those of Go.</remarks>
internal static class Base64Text
{
    private const int QuantumLength = 4;
    private static readonly sbyte[] Values = MakeValues();

    /// <exception cref="RpcException">It is not base64 (InvalidArgument).</exception>
    public static byte[] Decode(ReadOnlySpan<byte> text)
    {
        byte[] decoded = new byte[text.Length / QuantumLength * 3 + 3];
        int length = 0;
        int digits = 0;
        int bits = 0;
        for (int at = 0; at < text.Length; at++)
        {
            byte next = text[at];
            if (Values[next] >= 0)
            {
                bits = bits << 6 | (byte)Values[next];
                if (++digits == QuantumLength)
                {
                    Put(decoded, ref length, bits, 3);
                    (digits, bits) = (0, 0);
                }
            }
            else if (next == '=')
            {
                CheckPadding(text, at, digits);
                Put(decoded, ref length, bits << 6 * (QuantumLength - digits), digits - 1);
                return decoded[..length];
            }
            else if (!IsLineEnd(next))
            {
                throw Illegal(at);
            }
        }

        return digits == 0 ? decoded[..length] : throw Illegal(text.Length - digits);
    }

    private static void CheckPadding(ReadOnlySpan<byte> text, int at, int digits)
    {
        if (digits < 2)
        {
            throw Illegal(at);
        }

        int next = AfterLineEnds(text, at + 1);
        if (digits == 2)
        {
            if (next == text.Length)
            {
                throw Illegal(next);
            }

            if (text[next] != '=')
            {
                throw Illegal(next - 1);
            }

            next = AfterLineEnds(text, next + 1);
        }

        if (next < text.Length)
        {
            throw Illegal(next);
        }
    }

    private static int AfterLineEnds(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && IsLineEnd(text[at]))
        {
            at++;
        }

        return at;
    }

    private static bool IsLineEnd(byte value) => value is (byte)'\r' or (byte)'\n';

    private static void Put(byte[] decoded, ref int length, int bits, int bytes)
    {
        for (int i = 0; i < bytes; i++)
        {
            decoded[length++] = (byte)(bits >> 16 - 8 * i);
        }
    }

    private static RpcException Illegal(int at) =>
        JsonTypeError.Invalid(string.Create(CultureInfo.InvariantCulture, $"illegal base64 data at input byte {at}"));

    private static sbyte[] MakeValues()
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        var values = new sbyte[256];
        Array.Fill(values, (sbyte)-1);
        for (int i = 0; i < alphabet.Length; i++)
        {
            values[alphabet[i]] = (sbyte)i;
        }

        return values;
    }
}
