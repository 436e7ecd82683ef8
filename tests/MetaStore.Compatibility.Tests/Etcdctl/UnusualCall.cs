using System.Text.RegularExpressions;

namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>One line of unusual.script: variables, the words of a command, its input, and metactl's exit code when that is a known difference.</summary>
/// <param name="Command">The line.</param>
/// <param name="Words">Its words, without the variables before them.</param>
/// <param name="Variables">Environment variables.</param>
/// <param name="OwnCode">metactl's exit code where it differs from etcdctl's on purpose; null where exit code and output must be equal.</param>
/// <param name="IsCodeOnly">Compares the exit codes only: the output is help, or specific to the program.</param>
internal sealed partial record UnusualCall(ScriptCommand Command, IReadOnlyList<string> Words, IReadOnlyDictionary<string, string> Variables, int? OwnCode, bool IsCodeOnly)
{
    /// <summary>Parses a line: the prefix "=N " means that metactl exits with N and writes nothing, "~ " that only exit codes are compared.</summary>
    /// <param name="command">The line.</param>
    /// <param name="names">What its names stand for.</param>
    /// <param name="toolFlags">Flags that it has unless it gives the same flag or its variable: --name=value, each in one word.</param>
    internal static UnusualCall Of(ScriptCommand command, ScriptNames names, IReadOnlyList<string> toolFlags)
    {
        var text = command.Text;
        int? own = null;
        if (OwnCodePrefix().Match(text) is { Success: true } differs)
        {
            own = int.Parse(differs.Groups[1].ValueSpan);
            text = text[differs.Length..];
        }

        var isCodeOnly = text.StartsWith("~ ", StringComparison.Ordinal);
        var words = ScriptCommand.Words(names.Fill(isCodeOnly ? text[2..] : text)).ToList();
        var variables = words.TakeWhile(word => Variable().IsMatch(word)).Select(word => word.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        words.RemoveRange(0, variables.Count);
        foreach (var flag in (string[])[$"--endpoints={names.Fill("{n1}")}", .. toolFlags])
        {
            var name = flag[..flag.IndexOf('=')];
            if (!words.Exists(word => word.StartsWith(name, StringComparison.Ordinal)) && !variables.Keys.Any(variable => variable.EndsWith($"_{name[2..].ToUpperInvariant()}", StringComparison.Ordinal)))
            {
                words.Insert(0, flag);
            }
        }

        return new UnusualCall(command, words, variables, own, isCodeOnly);
    }

    [GeneratedRegex("^=([0-9]+) ")]
    private static partial Regex OwnCodePrefix();

    [GeneratedRegex("^(ETCDCTL|METACTL)_[A-Z_]+=")]
    private static partial Regex Variable();
}
