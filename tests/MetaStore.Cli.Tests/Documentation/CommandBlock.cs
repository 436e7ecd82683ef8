using System.Text.RegularExpressions;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Documentation;

/// <summary>A block of commands in the documentation: fenced, of the kind "sh".</summary>
/// <param name="Page">Path in the repository.</param>
/// <param name="Line">Where it begins.</param>
/// <param name="Commands">Its lines, without the indentation of the block.</param>
internal sealed partial record CommandBlock(string Page, int Line, string Commands)
{
    private const string Mark = "# not run by the tests: ";

    /// <summary>What a block that is not run needs, as its first line says; null for all others.</summary>
    public string? Needs => Commands.StartsWith(Mark, StringComparison.Ordinal) ? Commands[Mark.Length..Commands.IndexOf('\n', StringComparison.Ordinal)] : null;

    /// <summary>Lines that continue each other are one; comments and blank lines are left out.</summary>
    public IReadOnlyList<string> Lines => [.. Commands.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Where(line => line.Trim().Length > 0 && !line.StartsWith('#'))];

    /// <summary>True when all it does is to build or test with make and dotnet.</summary>
    public bool IsOfDevelopers => Lines.All(line => DeveloperCommand().IsMatch(line));

    /// <summary>Pages with commands. docs/cli.md is generated: its examples are those of <see cref="Cli.Reference.VerbExamples"/>, which have a test of their own.</summary>
    public static IEnumerable<string> Pages => new[] { "docs", "docs/adr", ".", "src/MetaStore.Cli", "src/MetaStore.Server", "src/MetaStore.Client", "perf/results", "samples" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Programs.SourceTree, folder), "*.md"))
        .Select(path => Path.GetRelativePath(Programs.SourceTree, path))
        .Where(page => page is not "docs/cli.md")
        .Order(StringComparer.Ordinal);

    /// <summary>The blocks of a page, in their order.</summary>
    public static IReadOnlyList<CommandBlock> Of(string page)
    {
        var text = File.ReadAllText(Path.Combine(Programs.SourceTree, page));
        return [.. Block().Matches(text).Select(match => new CommandBlock(
            page, text[..match.Index].Count(at => at == '\n') + 1, match.Groups["commands"].Value.Replace("\n" + match.Groups["indent"].Value, "\n", StringComparison.Ordinal)[match.Groups["indent"].Length..]))];
    }

    /// <summary>The blocks of a page that are run.</summary>
    public static IReadOnlyList<CommandBlock> RunOf(string page) => [.. Of(page).Where(block => block.Needs is null && !block.IsOfDevelopers)];

    [GeneratedRegex("^(?<indent> *)```sh\n(?<commands>.*?)^\\k<indent>```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^(?:[A-Z_]+=\S+ +)*(?:make|dotnet) ")]
    private static partial Regex DeveloperCommand();
}
