namespace MetaStore.Cli.Reference;

/// <summary>Manual pages: metactl(1), and one for every verb: metactl-lease-grant(1).</summary>
/// <remarks>Source: man(7), the macros that both groff and mandoc read.</remarks>
internal static class ManPages
{
    private const string Section = "1";

    /// <summary>Name and text of every page.</summary>
    public static IEnumerable<(string File, string Text)> Of(VerbTree tree) => tree.Verbs.Select(verb => ($"{NameOf(verb)}.{Section}", Page(tree, verb)));

    private static string NameOf(VerbEntry verb) => verb.FullName.Replace(' ', '-');

    private static string Page(VerbTree tree, VerbEntry verb)
    {
        var page = new StringWriter { NewLine = "\n" };
        page.WriteLine($".TH {Argument(NameOf(verb).ToUpperInvariant())} {Section} \"\" MetaStore {Argument("MetaStore Manual")}");
        page.WriteLine(".SH NAME");
        page.WriteLine($"{Text(NameOf(verb))} \\- {Text(verb.Summary.Replace("metactl: ", string.Empty, StringComparison.Ordinal))}");
        page.WriteLine(".SH SYNOPSIS");
        page.WriteLine($".B {Text(verb.FullName)}");
        page.WriteLine(Text(verb.IsGroup ? "VERB [flags]" : $"{(verb.Meaning.Length > 0 ? verb.Arguments.Name + " " : string.Empty)}[flags]"));
        if (verb.Meaning.Length > 0)
        {
            page.WriteLine(".SH ARGUMENTS");
            Entry(page, $"\\fI{Text(verb.Arguments.Name)}\\fR", verb.Meaning);
        }

        if (verb.IsGroup)
        {
            page.WriteLine(".SH VERBS");
            foreach (var next in tree.Below(verb))
            {
                Entry(page, $"\\fB{Text(next.Name)}\\fR", $"{next.Summary}; {NameOf(next)}({Section})");
            }
        }

        Flags(page, "OPTIONS", verb.Flags);
        if (verb.Path.Length == 0)
        {
            Flags(page, "GLOBAL OPTIONS", tree.Globals);
            page.WriteLine(".SH ENVIRONMENT");
            page.WriteLine(Text("METACTL_ and ETCDCTL_ followed by the name of a global option stand for it: METACTL_ENDPOINTS for --endpoints."));
        }

        if (VerbExamples.Of(verb.Path) is { Count: > 0 } examples)
        {
            page.WriteLine(".SH EXAMPLES");
            page.WriteLine(".nf");
            foreach (var example in examples)
            {
                page.WriteLine(Text(example));
            }

            page.WriteLine(".fi");
        }

        page.WriteLine(".SH EXIT STATUS");
        foreach (var (code, meaning) in ExitStatus.All)
        {
            Entry(page, $"\\fB{code}\\fR", meaning);
        }

        if (verb.Path.Length > 0)
        {
            page.WriteLine(".SH SEE ALSO");
            page.WriteLine($".BR metactl ({Section}){(verb.Parent.Length > 0 ? "," : string.Empty)}");
            if (verb.Parent.Length > 0)
            {
                page.WriteLine($".BR {Text($"metactl-{verb.Parent}".Replace(' ', '-'))} ({Section})");
            }
        }

        return page.ToString();
    }

    private static void Flags(StringWriter page, string title, IReadOnlyList<FlagEntry> flags)
    {
        if (flags.Count == 0)
        {
            return;
        }

        page.WriteLine($".SH {Argument(title)}");
        foreach (var flag in flags)
        {
            var value = flag.Value.Name.Length > 0 ? $" \\fI{Text(flag.Value.Name)}\\fR" : string.Empty;
            Entry(page, $"{string.Join(", ", flag.Forms.Select(form => $"\\fB{Text(form)}\\fR"))}{value}", flag.Summary + (flag.Default is null ? string.Empty : $" (default {flag.Default})"));
        }
    }

    private static void Entry(StringWriter page, string tag, string text)
    {
        page.WriteLine(".TP");
        page.WriteLine(tag);
        page.WriteLine(Text(text));
    }

    private static string Argument(string text) => $"\"{Text(text)}\"";

    /// <summary>Backslashes and dashes escaped; a line that begins with a dot or a quote would be a macro.</summary>
    private static string Text(string text)
    {
        var escaped = text.Replace(@"\", @"\e", StringComparison.Ordinal).Replace("-", @"\-", StringComparison.Ordinal).Replace("'", @"\(aq", StringComparison.Ordinal);
        return escaped is ['.', ..] ? @"\&" + escaped : escaped;
    }
}
