using System.Buffers;
using System.Globalization;
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
            json.WriteString("remote", entry.Remote);
            if (entry.CommonName is { } name)
            {
                json.WriteString("cn", name);
            }

            json.WriteString("user", entry.User);
            json.WriteString("call", entry.Call);
            json.WriteString("target", entry.Target);
            json.WriteString("result", entry.Result);
            if (entry.Message.Length > 0)
            {
                json.WriteString("message", entry.Message);
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
}
