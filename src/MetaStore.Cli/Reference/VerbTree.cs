using System.CommandLine;
using System.CommandLine.Help;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Reference;

/// <summary>The command tree as data: from it come the shells' completion, the manual pages and docs/cli.md. Hidden verbs and flags are left out.</summary>
/// <param name="Verbs">The program itself first, then every verb after the group that it is in.</param>
/// <param name="Globals">Flags of every verb.</param>
internal sealed record VerbTree(IReadOnlyList<VerbEntry> Verbs, IReadOnlyList<FlagEntry> Globals)
{
    /// <summary>The whole tree of metactl.</summary>
    public static VerbTree Whole() => Of(MetactlCommand.Build());

    /// <summary>The verb of this path.</summary>
    public VerbEntry this[string path] => Verbs.Single(verb => verb.Path == path);

    /// <summary>The verbs directly below one.</summary>
    public IEnumerable<VerbEntry> Below(VerbEntry group) => group.Verbs.Select(name => this[$"{group.Path} {name}".TrimStart()]);

    private static VerbTree Of(RootCommand root)
    {
        FlagEntry[] globals = [.. Shown(root.Options.Where(option => option.Recursive || option is HelpOption))];
        return new VerbTree([.. Walk(root, string.Empty, [])], globals);
    }

    private static IEnumerable<VerbEntry> Walk(Command verb, string path, IReadOnlyList<Option> inherited)
    {
        Command[] below = [.. verb.Subcommands.Where(next => !next.Hidden)];
        Option[] flags = path.Length == 0 ? [] : [.. verb.Options, .. inherited];
        var words = verb.Arguments.FirstOrDefault(argument => !argument.Hidden);
        yield return new VerbEntry(
            path, verb.Description ?? string.Empty, ValueEntry.Of(words?.Name ?? string.Empty), words?.Description ?? string.Empty,
            below.Length > 0 ? [] : [.. Shown(flags)], [.. below.Select(next => next.Name)]);
        foreach (var entry in below.SelectMany(next => Walk(next, $"{path} {next.Name}".TrimStart(), [.. flags.Where(flag => flag.Recursive)])))
        {
            yield return entry;
        }
    }

    private static IEnumerable<FlagEntry> Shown(IEnumerable<Option> options) => options
        .Where(option => !option.Hidden)
        .Select(option => new FlagEntry(
            option.Name, option.Aliases.FirstOrDefault(alias => alias is ['-', not '-']), SummaryOf(option), ValueOf(option), DefaultOf(option)));

    private static string SummaryOf(Option option) => option is HelpOption ? "show the flags and examples of a verb" : option.Description ?? string.Empty;

    private static ValueEntry ValueOf(Option option) => Flags.NeedsNoValue(option) ? ValueEntry.None : ValueEntry.Of(option switch
    {
        { HelpName: { } name } => name,
        DurationOption => "duration",
        ListOption => "list",
        { ValueType: var type } when type == typeof(string) => "text",
        _ => "number",
    });

    private static string? DefaultOf(Option option)
    {
        var value = GlobalOptions.DefaultOf(option) ?? (option is { HasDefaultValue: true } and not HelpOption ? option.GetDefaultValue()?.ToString() : null);
        return Flags.NeedsNoValue(option) || string.IsNullOrEmpty(value) ? null : value;
    }
}
