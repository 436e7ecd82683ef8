namespace MetaStore.Cli.Reference;

/// <summary>docs/cli.md.</summary>
internal static class MarkdownReference
{
    /// <summary>The whole page.</summary>
    public static string Of(VerbTree tree)
    {
        var page = new StringWriter { NewLine = "\n" };
        page.WriteLine("# metactl");
        page.WriteLine();
        page.WriteLine("Every verb, its flags and examples. This page is the output of `metactl docs markdown`; a test compares them. `metactl docs man DIR` writes the same as");
        page.WriteLine("manual pages, and `metactl completion SHELL` completes all of it in bash, zsh, fish and PowerShell.");
        page.WriteLine();
        page.WriteLine("Verbs, flags, texts and exit codes are etcdctl's where it has the verb. An unambiguous beginning of a verb is enough. Flags may be anywhere; `--` ends them.");
        page.WriteLine();
        page.WriteLine("## Flags of every verb");
        page.WriteLine();
        page.WriteLine("The variables `METACTL_` and `ETCDCTL_` followed by the name of the flag stand for each of them: `METACTL_ENDPOINTS` for `--endpoints`.");
        page.WriteLine();
        Flags(page, tree.Globals);
        page.WriteLine("## Exit codes");
        page.WriteLine();
        page.WriteLine("| code | meaning |");
        page.WriteLine("|---|---|");
        foreach (var (code, meaning) in ExitStatus.All)
        {
            page.WriteLine($"| {code} | {meaning} |");
        }

        foreach (var verb in tree.Verbs.Where(verb => verb.Path.Length > 0))
        {
            Verb(page, verb);
        }

        return page.ToString().Replace("\n\n\n", "\n\n", StringComparison.Ordinal).TrimEnd('\n') + "\n";
    }

    private static void Verb(StringWriter page, VerbEntry verb)
    {
        page.WriteLine();
        page.WriteLine($"{(verb.Parent.Length == 0 ? "##" : "###")} {verb.Path}");
        page.WriteLine();
        page.WriteLine($"{Escaped(verb.Summary)}.");
        page.WriteLine();
        if (verb.IsGroup)
        {
            return;
        }

        page.WriteLine("```sh");
        foreach (var example in VerbExamples.Of(verb.Path))
        {
            page.WriteLine(example);
        }

        page.WriteLine("```");
        page.WriteLine();
        if (verb.Meaning.Length > 0)
        {
            page.WriteLine($"Arguments: `{verb.Arguments.Name}`: {Escaped(verb.Meaning)}.");
            page.WriteLine();
        }

        if (verb.Flags.Count > 0)
        {
            Flags(page, verb.Flags);
        }
    }

    private static void Flags(StringWriter page, IEnumerable<FlagEntry> flags)
    {
        page.WriteLine("| flag | value | meaning | default |");
        page.WriteLine("|---|---|---|---|");
        foreach (var flag in flags)
        {
            var value = flag.Value.Name.Length == 0 ? string.Empty : $"`{Cell(flag.Value.Name)}`";
            page.WriteLine($"| `{string.Join("`, `", flag.Forms)}` | {value} | {Cell(Escaped(flag.Summary))} | {(flag.Default is null ? string.Empty : $"`{Cell(flag.Default)}`")} |");
        }

        page.WriteLine();
    }

    private static string Cell(string text) => text.Replace("|", @"\|", StringComparison.Ordinal);

    private static string Escaped(string text) => text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("<", @"\<", StringComparison.Ordinal).Replace("[", @"\[", StringComparison.Ordinal);
}
