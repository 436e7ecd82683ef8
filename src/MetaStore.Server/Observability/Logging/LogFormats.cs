using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MetaStore.Server.Observability.Logging;

/// <summary>etcd's two formats of a log line: a JSON object with level, ts, caller and msg first, or the same separated by tabs.</summary>
internal static class LogFormats
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The format with this name in <c>--log-format</c>.</summary>
    public static Func<LogLine, byte[]> Named(string format) => format == "console" ? Console : Json;

    private static byte[] Json(LogLine line)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("level", line.LevelName);
            json.WriteString("ts", line.Time);
            json.WriteString("caller", line.Caller);
            LogFields.Text(json, "msg", line.Message);
            LogFields.Write(json, line);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Console(LogLine line)
    {
        var buffer = new ArrayBufferWriter<byte>(256);

        // A message with line breaks must stay on one line.
        buffer.Write(Encoding.UTF8.GetBytes($"{line.Time}\t{line.LevelName}\t{line.Caller}\t{line.Message.ReplaceLineEndings(" ")}"));
        if (line.Fields.Count > 0 || line.Exception is not null)
        {
            buffer.Write("\t"u8);
            using var json = new Utf8JsonWriter(buffer, Plain);
            json.WriteStartObject();
            LogFields.Write(json, line);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
