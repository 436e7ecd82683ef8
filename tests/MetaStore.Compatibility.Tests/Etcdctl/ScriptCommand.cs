namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>One line of the script and the text it reads from its standard input.</summary>
internal sealed record ScriptCommand(int Line, string Text, string Input)
{
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
                commands.Add(new ScriptCommand(number, line, string.Empty));
            }
        }

        return commands;
    }

    /// <summary>Words as a shell would make them: blanks separate, double quotes hold together, a backslash takes the next character.</summary>
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
}
