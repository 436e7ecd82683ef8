using MetaStore.Cli.Reference;

namespace MetaStore.Cli.Completion;

/// <summary>Writes the script by which a shell completes metactl's verbs, flags and values.</summary>
/// <remarks>
/// A script holds the whole command tree: the shell starts no program for a completion, and completes for any installed version of the same script.
/// Keys are not completed: that would call the cluster at each press of the key.
/// </remarks>
internal static class CompletionScript
{
    /// <summary>The shells, as the argument of <c>metactl completion</c>.</summary>
    public const string Shells = "bash|zsh|fish|powershell";

    /// <summary>The script for a shell; null for an unknown one.</summary>
    public static string? For(string shell, VerbTree tree) => shell switch
    {
        "bash" => BashScript.Of(tree),
        "zsh" => ZshScript.Of(tree),
        "fish" => FishScript.Of(tree),
        "powershell" => PowerShellScript.Of(tree),
        _ => null,
    };

    /// <summary>In single quotes, as bash and zsh read it.</summary>
    public static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>A word for what follows a flag: "text", "file", "directory", or the choices with blanks between.</summary>
    public static string WordFor(ValueEntry value) => value.Kind switch
    {
        ValueKind.Choice => string.Join(' ', value.Choices),
        ValueKind.File => ValueEntry.FileName,
        ValueKind.Directory => ValueEntry.DirectoryName,
        ValueKind.None => string.Empty,
        _ => "text",
    };

    /// <summary>Every flag that takes a value with the verb that it is a flag of; the path is "*" for the global ones.</summary>
    public static IEnumerable<(string Path, FlagEntry Flag)> Valued(VerbTree tree) => tree.Verbs
        .SelectMany(verb => verb.Flags.Select(flag => (verb.Path, Flag: flag)))
        .Concat(tree.Globals.Select(flag => (Path: "*", Flag: flag)))
        .Where(each => each.Flag.Value.Kind != ValueKind.None);
}
