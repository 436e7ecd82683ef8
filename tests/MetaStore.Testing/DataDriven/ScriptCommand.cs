namespace MetaStore.Testing.DataDriven;

/// <summary>One command of a script: a name, bare words, and words of the form key=value.</summary>
/// <param name="Name">First word.</param>
/// <param name="Words">Words without an equals sign, in order.</param>
/// <param name="Options">Words of the form key=value; the last one wins.</param>
public sealed record ScriptCommand(string Name, IReadOnlyList<string> Words, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>Reads a command line.</summary>
    public static ScriptCommand Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        var bare = new List<string>();
        foreach (string word in words.Skip(1))
        {
            int at = word.IndexOf('=', StringComparison.Ordinal);
            if (at < 0)
            {
                bare.Add(word);
            }
            else
            {
                options[word[..at]] = word[(at + 1)..];
            }
        }

        return new ScriptCommand(words[0], bare, options);
    }

    /// <summary>The word at a position, as a number.</summary>
    public ulong Number(int at) => ulong.Parse(Words[at], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A numeric option, or <paramref name="otherwise"/>.</summary>
    public ulong Option(string key, ulong otherwise) =>
        Options.TryGetValue(key, out string? text) ? ulong.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : otherwise;
}
