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
                json.WriteString(name, text);
                break;
            case IEnumerable several:
                json.WriteStartArray(name);
                foreach (object? one in several)
                {
                    json.WriteStringValue(Convert.ToString(one, CultureInfo.InvariantCulture));
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
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
            json.WriteString("error", thrown.Message);
            json.WriteString("stacktrace", thrown.ToString());
        }
    }
}
