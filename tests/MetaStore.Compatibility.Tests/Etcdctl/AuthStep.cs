namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>One line of auth.script.</summary>
/// <param name="Command">The command, without the marks before it.</param>
/// <param name="DiffersFromEtcd">"! ": etcd 3.4 answers otherwise, as docs/compatibility.md says.</param>
/// <param name="IsCodeOnly">"~ ": of metactl only the exit code is compared.</param>
internal sealed record AuthStep(ScriptCommand Command, bool DiffersFromEtcd, bool IsCodeOnly)
{
    private const string Differs = "! ";
    private const string CodeOnly = "~ ";

    /// <summary>Reads the script.</summary>
    internal static IReadOnlyList<AuthStep> Read(string path) => [.. ScriptCommand.Read(path).Select(Of)];

    private static AuthStep Of(ScriptCommand command)
    {
        var differs = command.Text.StartsWith(Differs, StringComparison.Ordinal);
        var isCodeOnly = command.Text.StartsWith(CodeOnly, StringComparison.Ordinal);
        return new AuthStep(differs || isCodeOnly ? command with { Text = command.Text[2..] } : command, differs, isCodeOnly);
    }
}
