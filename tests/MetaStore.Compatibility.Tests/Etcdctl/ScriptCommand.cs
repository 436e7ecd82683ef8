using System.Text.RegularExpressions;

namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>How long a command of the script runs.</summary>
internal enum ScriptMode
{
    /// <summary>Until it exits.</summary>
    Whole,

    /// <summary>"@until N command": until it has printed N lines; then it gets Ctrl-C.</summary>
    Until,

    /// <summary>"@keep N command": continues in the background; the next command starts after it has printed N lines.</summary>
    Keep,

    /// <summary>"@end N": waits until the background command has printed N lines, then sends it Ctrl-C.</summary>
    End,
}

/// <summary>One line of the script, and the command's standard input.</summary>
/// <param name="Line">Its number in the file.</param>
/// <param name="Mode">How long it runs.</param>
/// <param name="Lines">Of its output, where the mode needs a number.</param>
/// <param name="Text">The command.</param>
/// <param name="Input">Its standard input.</param>
/// <param name="NeedsNoUser">"@open" before the line: not comparable where auth is on; the script says why.</param>
internal sealed partial record ScriptCommand(int Line, ScriptMode Mode, int Lines, string Text, string Input, bool NeedsNoUser = false)
{
    private const string Open = "@open ";

    /// <summary>Reads a script. "#" starts a comment line; lines with "|" are the input of the command above them.</summary>
    internal static IReadOnlyList<ScriptCommand> Read(string path)
    {
        var commands = new List<ScriptCommand>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.StartsWith('|'))
            {
                var command = commands[^1];
                commands[^1] = command with { Input = $"{command.Input}{line[1..].TrimStart(' ')}\n" };
            }
            else if (line.Length > 0 && !line.StartsWith('#'))
            {
                commands.Add(Parse(number, line));
            }
        }

        return commands;
    }

    private static ScriptCommand Parse(int number, string line) =>
        line.StartsWith(Open, StringComparison.Ordinal) ? ParseRest(number, line[Open.Length..]) with { NeedsNoUser = true } : ParseRest(number, line);

    private static ScriptCommand ParseRest(int number, string line) => Streaming().Match(line) is { Success: true } streaming
        ? new ScriptCommand(number, Enum.Parse<ScriptMode>(streaming.Groups[1].ValueSpan, ignoreCase: true), int.Parse(streaming.Groups[2].ValueSpan), streaming.Groups[3].Value, string.Empty)
        : new ScriptCommand(number, ScriptMode.Whole, 0, line, string.Empty);

    /// <summary>Splits words as a shell does: spaces separate, double quotes group, a backslash escapes the next character.</summary>
    internal static IReadOnlyList<string> Words(string text)
    {
        var words = new List<string>();
        var word = new System.Text.StringBuilder();
        var (inWord, quoted) = (false, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ' ' && !quoted)
            {
                Close();
                continue;
            }

            inWord = true;
            if (text[i] == '"')
            {
                quoted = !quoted;
            }
            else
            {
                word.Append(text[i] == '\\' ? text[++i] : text[i]);
            }
        }

        Close();
        return words;

        void Close()
        {
            if (inWord)
            {
                words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
        }
    }

    [GeneratedRegex("^@(until|keep|end) ([0-9]+) ?(.*)$")]
    private static partial Regex Streaming();
}
