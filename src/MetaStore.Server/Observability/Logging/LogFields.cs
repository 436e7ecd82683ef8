using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Observability.Logging;

/// <summary>Names and values of a log line's fields, as etcd's logger writes them: dashes in names, IDs in hexadecimal, durations as text.</summary>
internal static class LogFields
{
    /// <summary>"localMemberId" and "LocalMemberId" become "local-member-id".</summary>
    public static string NameOf(string parameter)
    {
        var name = new StringBuilder(parameter.Length + 4);
        foreach (char letter in parameter)
        {
            if (char.IsUpper(letter) && name.Length > 0)
            {
                name.Append('-');
            }

            name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }

    /// <summary>Writes one field.</summary>
    public static void Write(Utf8JsonWriter json, string parameter, object? value)
    {
        string name = NameOf(parameter);
        switch (value)
        {
            case null:
                json.WriteString(name, "");
                break;
            case ulong id when name.EndsWith("-id", StringComparison.Ordinal):
                json.WriteString(name, id.ToString("x", CultureInfo.InvariantCulture));
                break;
            case bool yes:
                json.WriteBoolean(name, yes);
                break;
            case int or long or uint or ulong:
                json.WriteNumber(name, Convert.ToDecimal(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            case TimeSpan duration:
                json.WriteString(name, Durations.Format(duration));
                break;
            case string text:
                Text(json, name, text);
                break;
            case IEnumerable several:
                json.WriteStartArray(name);
                foreach (object? one in several)
                {
                    json.WriteStringValue(Whole(Convert.ToString(one, CultureInfo.InvariantCulture) ?? ""));
                }

                json.WriteEndArray();
                break;
            default:
                Text(json, name, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
                break;
        }
    }

    /// <summary>Writes all fields and the exception.</summary>
    public static void Write(Utf8JsonWriter json, in LogLine line)
    {
        foreach ((string name, object? value) in line.Fields)
        {
            Write(json, name, value);
        }

        if (line.Exception is { } thrown)
        {
            Text(json, "error", thrown.Message);
            Text(json, "stacktrace", thrown.ToString());
        }
    }

    /// <summary>Writes a text, of which any half of a surrogate pair is replaced: the writer would throw, and with it the call that logs.</summary>
    public static void Text(Utf8JsonWriter json, string name, string value) => json.WriteString(name, Whole(value));

    private static string Whole(string value) =>
        value.AsSpan().ContainsAnyInRange('\ud800', '\udfff') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value)) : value;
}
