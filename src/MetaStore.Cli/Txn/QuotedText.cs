using System.Text;
using MetaStore.Cli.Commands;

namespace MetaStore.Cli.Txn;

/// <summary>Words of a script line: bare, or in double quotes with backslash escapes.</summary>
internal static class QuotedText
{
    /// <summary>Splits a line at spaces outside quotes and takes the quotes off. Throws <see cref="InputException"/> for an open quote.</summary>
    public static IReadOnlyList<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, inWord) = ('\0', false);
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '\\' && i + 1 < line.Length && quote != '\'')
            {
                word.Append(Escaped(line[++i]));
                inWord = true;
            }
            else if (quote != '\0' && c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '"' or '\'')
            {
                (quote, inWord) = (c, true);
            }
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (inWord)
                {
                    words.Add(word.ToString());
                    word.Clear();
                    inWord = false;
                }
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }

        if (quote != '\0')
        {
            throw new InputException("a quote is not closed");
        }

        if (inWord)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    /// <summary>Takes the quotes off one word.</summary>
    public static string Unquote(string text)
    {
        var words = Split(text);
        return words.Count switch
        {
            0 => string.Empty,
            1 => words[0],
            _ => throw new InputException($"one word expected, not {text}"),
        };
    }

    private static char Escaped(char c) => c switch
    {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        _ => c,
    };
}
