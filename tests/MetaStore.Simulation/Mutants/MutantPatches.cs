namespace MetaStore.Simulation.Mutants;

/// <summary>Applies all mutants of a list to a copy of the sources, each inactive until its number is selected.</summary>
internal static class MutantPatches
{
    /// <summary>Changes the files under <paramref name="sources"/>.</summary>
    /// <param name="list">Path of mutants.txt.</param>
    /// <param name="sources">The copy of <c>src</c>.</param>
    /// <exception cref="InvalidDataException">Texts that a file does not hold exactly once: the list is out of date. Names all of them.</exception>
    public static void Apply(string list, string sources)
    {
        List<string> missing = [];
        string file = string.Empty;
        string before = string.Empty;
        foreach (string line in File.ReadLines(list))
        {
            string text = line.Length > 2 ? line[2..].Replace("\\n", "\n", StringComparison.Ordinal) : string.Empty;
            switch (line.Length > 1 ? line[..2] : string.Empty)
            {
                case "@ ":
                    file = Path.Combine(sources, text);
                    break;
                case "- ":
                    before = text;
                    break;
                case "+ ":
                    if (!TryReplace(file, before, text))
                    {
                        missing.Add($"{file} does not hold exactly once: {before}");
                    }

                    break;
                default:
                    break;
            }
        }

        if (missing.Count > 0)
        {
            throw new InvalidDataException(string.Join('\n', missing));
        }
    }

    private static bool TryReplace(string file, string before, string after)
    {
        string source = File.Exists(file) ? File.ReadAllText(file) : string.Empty;
        int at = source.IndexOf(before, StringComparison.Ordinal);
        if (at < 0 || source.IndexOf(before, at + 1, StringComparison.Ordinal) >= 0)
        {
            return false;
        }

        File.WriteAllText(file, source[..at] + after + source[(at + before.Length)..]);
        return true;
    }
}
