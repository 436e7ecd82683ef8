using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Export;

/// <summary>A key as one line of JSON.</summary>
/// <remarks>
/// <c>{"key":"app/x","value":"1","create_revision":3,"mod_revision":9,"version":2,"lease":"694d5765fc71500b"}</c>. Of a key or value that is not UTF-8 the name
/// is <c>key_base64</c> or <c>value_base64</c>. There is no <c>lease</c> without one.
/// </remarks>
internal static class ExportedKey
{
    private const string Key = "key";
    private const string Value = "value";
    private const string Base64 = "_base64";
    private const string Lease = "lease";

    /// <summary>Writes a line, with its end.</summary>
    public static void Write(IBufferWriter<byte> output, KeyValue pair)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            WriteBytes(json, Key, pair.Key.Span);
            WriteBytes(json, Value, pair.Value.Span);
            json.WriteNumber("create_revision", pair.CreateRevision);
            json.WriteNumber("mod_revision", pair.ModRevision);
            json.WriteNumber("version", pair.Version);
            if (pair.Lease != 0)
            {
                json.WriteString(Lease, pair.Lease.ToString("x", CultureInfo.InvariantCulture));
            }

            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Key, value and lease of a line; the lease is 0 for none. Revisions are not read: an import makes new ones.</summary>
    /// <exception cref="FormatException">It has no key or no value, or they are malformed.</exception>
    public static KeyValue Read(JsonElement line)
    {
        var pair = new KeyValue { Key = ReadBytes(line, Key), Value = ReadBytes(line, Value) };
        if (line.TryGetProperty(Lease, out var lease))
        {
            pair.Lease = long.Parse(TextOf(lease, Lease), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        return pair.Key.IsEmpty ? throw new FormatException("the key is empty") : pair;
    }

    private static void WriteBytes(Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            json.WriteString(name, bytes);
        }
        else
        {
            json.WriteBase64String(name + Base64, bytes);
        }
    }

    private static ByteString ReadBytes(JsonElement line, string name) =>
        line.TryGetProperty(name, out var text) ? ByteString.CopyFromUtf8(TextOf(text, name))
        : line.TryGetProperty(name + Base64, out var encoded) ? ByteString.FromBase64(TextOf(encoded, name))
        : throw new FormatException($"it has no {name}");

    private static string TextOf(JsonElement element, string name)
    {
        try
        {
            return element.GetString() ?? throw new FormatException($"{name} is null");
        }
        catch (InvalidOperationException wrong)
        {
            throw new FormatException($"{name} is not a text", wrong);
        }
    }
}
