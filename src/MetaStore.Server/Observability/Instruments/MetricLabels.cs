using System.Text;

namespace MetaStore.Server.Observability.Instruments;

/// <summary>Converts labels of the text format to tags of a measurement.</summary>
internal static class MetricLabels
{
    /// <summary>Parses "a=\"b\",c=\"d\""; values may contain the escapes \\, \" and \n of the text format.</summary>
    public static KeyValuePair<string, object?>[] Tags(string labels)
    {
        var tags = new List<KeyValuePair<string, object?>>();
        int at = 0;
        while (at < labels.Length)
        {
            int equals = labels.IndexOf("=\"", at, StringComparison.Ordinal);
            string name = labels[at..equals];
            at = equals + 2;
            tags.Add(new(name, Value(labels, ref at)));
            at += at < labels.Length && labels[at] == ',' ? 1 : 0;
        }

        return [.. tags];
    }

    /// <summary>Reads up to the closing quotation mark, and skips it.</summary>
    private static string Value(string labels, ref int at)
    {
        var value = new StringBuilder();
        for (; labels[at] != '"'; at++)
        {
            if (labels[at] == '\\')
            {
                at++;
                value.Append(labels[at] == 'n' ? '\n' : labels[at]);
            }
            else
            {
                value.Append(labels[at]);
            }
        }

        at++;
        return value.ToString();
    }
}
