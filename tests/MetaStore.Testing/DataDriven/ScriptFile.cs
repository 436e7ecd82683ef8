using System.Text;

namespace MetaStore.Testing.DataDriven;

/// <summary>Runs a script file: comment lines with #, then a command, four dashes, and the expected output up to an empty line.</summary>
/// <remarks>
/// With METASTORE_REWRITE=1 in the environment the file is rewritten with the actual output, for review as a diff.
/// </remarks>
public static class ScriptFile
{
    private const string Divider = "----";

    /// <summary>Runs every command in order and returns the first difference, or null.</summary>
    /// <param name="path">The script.</param>
    /// <param name="run">Runs one command and returns its output.</param>
    public static string? Run(string path, Func<ScriptCommand, string> run)
    {
        var rewritten = new StringBuilder();
        string? difference = null;
        string[] lines = File.ReadAllLines(path);
        for (int at = 0; at < lines.Length; at++)
        {
            string line = lines[at];
            rewritten.AppendLine(line);
            if (line.Length == 0 || line.StartsWith('#'))
            {
                continue;
            }

            int number = at + 1;
            var expected = new List<string>();
            if (at + 1 < lines.Length && lines[at + 1] == Divider)
            {
                for (at += 2; at < lines.Length && lines[at].Length > 0; at++)
                {
                    expected.Add(lines[at]);
                }

                at--;
            }

            string[] actual = run(ScriptCommand.Parse(line)).Split('\n').Select(text => text.TrimEnd()).Where(text => text.Length > 0).ToArray();
            rewritten.AppendLine(Divider).AppendJoin('\n', actual).Append(actual.Length > 0 ? "\n" : string.Empty);
            if (difference is null && !actual.SequenceEqual(expected))
            {
                difference = $"{Path.GetFileName(path)}:{number}: {line}\nexpected:\n{string.Join('\n', expected)}\nactual:\n{string.Join('\n', actual)}";
            }
        }

        if (Environment.GetEnvironmentVariable("METASTORE_REWRITE") == "1")
        {
            File.WriteAllText(path, rewritten.ToString());
            return null;
        }

        return difference;
    }

    /// <summary>The scripts in a folder of the source tree.</summary>
    /// <param name="folder">Path relative to the folder of the solution file, with forward slashes.</param>
    public static IEnumerable<string> In(string folder)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "MetaStore.sln")))
        {
            root = root.Parent;
        }

        string place = Path.Combine(root?.FullName ?? throw new DirectoryNotFoundException("MetaStore.sln"), folder);
        return Directory.EnumerateFiles(place, "*.txt").Order(StringComparer.Ordinal);
    }
}
