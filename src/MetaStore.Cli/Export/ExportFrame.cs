using System.Buffers;
using System.Text.Json;
using MetaStore.Client;

namespace MetaStore.Cli.Export;

/// <summary>The first and the last line of an export: what it is of, and that it is complete.</summary>
internal static class ExportFrame
{
    private const string Format = "format";
    private const string FormatName = "metactl-export/1";
    private const string RevisionName = "revision";
    private const string FromName = "from_base64";
    private const string ToName = "to_base64";
    private const string KeysName = "keys";

    /// <summary>Writes the first line.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="revision">The revision that all keys are of.</param>
    /// <param name="range">The exported range.</param>
    public static void WriteFirst(IBufferWriter<byte> output, long revision, KeyRange range)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString(Format, FormatName);
            json.WriteNumber(RevisionName, revision);
            json.WriteBase64String(FromName, range.Key.Span);
            json.WriteBase64String(ToName, range.RangeEnd.Span);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Writes the last line.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="keys">Lines between the first and this one.</param>
    public static void WriteLast(IBufferWriter<byte> output, long keys)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString(Format, FormatName);
            json.WriteNumber(KeysName, keys);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Whether a line is one of the two.</summary>
    /// <exception cref="FormatException">It is of another format.</exception>
    public static bool IsFrame(JsonElement line) => line.TryGetProperty(Format, out var format)
        && (format.ValueEquals(FormatName) ? true : throw new FormatException($"its format is {format}, not {FormatName}"));

    /// <summary>The number of keys when it is the last line, otherwise null.</summary>
    public static long? KeysOf(JsonElement line) => line.TryGetProperty(KeysName, out var keys) ? keys.GetInt64() : null;

    /// <summary>The revision of a first line, if it is one of this range; otherwise null.</summary>
    public static long? RevisionOf(JsonElement line, KeyRange range) =>
        IsFrame(line) && line.TryGetProperty(RevisionName, out var revision)
        && line.TryGetProperty(FromName, out var from) && from.GetBytesFromBase64().AsSpan().SequenceEqual(range.Key.Span)
        && line.TryGetProperty(ToName, out var to) && to.GetBytesFromBase64().AsSpan().SequenceEqual(range.RangeEnd.Span)
            ? revision.GetInt64() : null;
}
