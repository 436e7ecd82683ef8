namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>One line of auth.script.</summary>
/// <param name="Command">The command, without the marks before it.</param>
/// <param name="DiffersFromEtcd">"!": etcd 3.4 answers otherwise, as docs/compatibility.md says.</param>
/// <param name="IsCodeOnly">"~": of metactl only the exit code is compared.</param>
internal sealed record AuthStep(ScriptCommand Command, bool DiffersFromEtcd, bool IsCodeOnly)
{
    /// <summary>Reads the script.</summary>
    internal static IReadOnlyList<AuthStep> Read(string path) => [.. ScriptCommand.Read(path).Select(Of)];

    private static AuthStep Of(ScriptCommand command)
    {
        var marks = command.Text[..command.Text.AsSpan().IndexOfAnyExcept("!~")];
        var text = marks.Length > 0 ? command.Text[(marks.Length + 1)..] : command.Text;
        return new AuthStep(command with { Text = text }, marks.Contains('!'), marks.Contains('~'));
    }
}
