using System.Text;

namespace MetaStore.Server.Observability.Instruments;

/// <summary>Labels of the text format as the tags of a measurement.</summary>
internal static class MetricLabels
{
    /// <summary>Reads "a=\"b\",c=\"d\""; in a value \\, \" and \n stand for what they do in the text format.</summary>
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

    /// <summary>Reads to the closing quotation mark, and goes past it.</summary>
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
