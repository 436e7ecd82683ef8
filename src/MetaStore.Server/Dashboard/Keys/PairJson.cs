using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Server.Dashboard.Keys;

/// <summary>Keys and values in JSON: bytes as base64, truncated when long; 64-bit numbers as text, because JavaScript would round them.</summary>
internal static class PairJson
{
    /// <summary>Maximum bytes of a value that is shown alone.</summary>
    public const int ValueBytesMax = 64 << 10;

    /// <summary>Maximum bytes of a value in a history or a tail.</summary>
    public const int PreviewBytesMax = 1 << 10;

    /// <summary>Writes the members of an object for one pair.</summary>
    /// <param name="json">Writer inside an open object.</param>
    /// <param name="pair">The pair.</param>
    /// <param name="valueMax">Maximum bytes of the value; negative omits it.</param>
    public static void Write(Utf8JsonWriter json, KeyValue pair, int valueMax)
    {
        Bytes(json, "key", pair.Key, KeyArguments.KeyBytesMax);
        Number(json, "create_revision", pair.CreateRevision);
        Number(json, "mod_revision", pair.ModRevision);
        Number(json, "version", pair.Version);
        json.WriteString("lease", pair.Lease.ToString("x", CultureInfo.InvariantCulture));
        if (valueMax >= 0)
        {
            Bytes(json, "value", pair.Value, valueMax);
        }
    }

    /// <summary>Writes bytes, truncated to a maximum, and their full length as NAME_bytes.</summary>
    public static void Bytes(Utf8JsonWriter json, string name, ByteString bytes, int max)
    {
        json.WriteBase64String(name, bytes.Span[..Math.Min(bytes.Length, max)]);
        json.WriteNumber(name + "_bytes", bytes.Length);
    }

    /// <summary>Writes a 64-bit number.</summary>
    public static void Number(Utf8JsonWriter json, string name, long number) =>
        json.WriteString(name, number.ToString(CultureInfo.InvariantCulture));
}
