using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MetaStore.Server.Auth.Audit;

/// <summary>Writes entries as JSON, one a line.</summary>
internal static class AuditLine
{
    private const string TimeForm = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>The line of an entry, with its line end.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="member">This member's id, as hexadecimal digits.</param>
    public static byte[] Of(in AuditEntry entry, string member)
    {
        var line = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("time", entry.Time.ToString(TimeForm, CultureInfo.InvariantCulture));
            json.WriteString("member", member);
            Text(json, "remote", entry.Remote);
            if (entry.CommonName is { } name)
            {
                Text(json, "cn", name);
            }

            Text(json, "user", entry.User);
            Text(json, "call", entry.Call);
            Text(json, "target", entry.Target);
            json.WriteString("result", entry.Result);
            if (entry.Message.Length > 0)
            {
                Text(json, "message", entry.Message);
            }

            json.WriteNumber("auth_revision", entry.AuthRevision);
            if (entry.Count > 1)
            {
                json.WriteNumber("count", entry.Count);
            }

            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }

    /// <summary>The line that says how many were not written.</summary>
    public static byte[] Lost(long lines, string member, DateTime time)
    {
        var line = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("time", time.ToString(TimeForm, CultureInfo.InvariantCulture));
            json.WriteString("member", member);
            json.WriteNumber("lost_lines", lines);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }

    /// <summary>By way of bytes, in which half of a surrogate pair is replaced: names are the clients', and the writer throws for such text.</summary>
    private static void Text(Utf8JsonWriter json, string name, string value) => json.WriteString(name, Encoding.UTF8.GetBytes(value));
}
