using MetaStore.Cli.Reference;

namespace MetaStore.Cli.Completion;

/// <summary>Completion for fish, with the summary of each verb and flag.</summary>
internal static class FishScript
{
    private const string Body = """
        # Whether the words before the cursor are those of a verb.
        function __metactl_at
            set -l at ''
            set -l skips 0
            for word in (commandline -opc)[2..-1]
                if test $skips -eq 1
                    set skips 0
                    continue
                end
                switch $word
                    case --
                        return 1
                    case '--*=*'
                    case '-*'
                        if contains -- "$at $word" $__metactl_valued; or contains -- "* $word" $__metactl_valued
                            set skips 1
                        end
                    case '*'
                        set -l next (string trim -- "$at $word")
                        if contains -- $next $__metactl_verbs
                            set at $next
                        end
                end
            end
            test "$at" = "$argv[1]"
        end

        complete -c metactl -f

        """;

    /// <summary>The script.</summary>
    public static string Of(VerbTree tree)
    {
        var script = new StringWriter { NewLine = "\n" };
        script.WriteLine("# Completion of metactl for fish. For one shell: metactl completion fish | source");
        script.WriteLine("# For every shell: metactl completion fish > ~/.config/fish/completions/metactl.fish");
        script.WriteLine();
        script.WriteLine($"set -g __metactl_verbs {string.Join(' ', tree.Verbs.Where(verb => verb.Path.Length > 0).Select(verb => Quoted(verb.Path)))}");
        script.WriteLine($"set -g __metactl_valued {string.Join(' ', CompletionScript.Valued(tree).SelectMany(each => each.Flag.Forms.Select(form => Quoted($"{each.Path} {form}"))))}");
        script.WriteLine();
        script.Write(Body);
        foreach (var flag in tree.Globals)
        {
            script.WriteLine($"complete -c metactl {Flag(flag)}");
        }

        foreach (var verb in tree.Verbs)
        {
            var condition = $"complete -c metactl -n {Quoted($"__metactl_at {Quoted(verb.Path)}")}";
            foreach (var next in tree.Below(verb))
            {
                script.WriteLine($"{condition} -a {Quoted(next.Name)} -d {Quoted(next.Summary)}");
            }

            foreach (var flag in verb.Flags)
            {
                script.WriteLine($"{condition} {Flag(flag)}");
            }

            if (Values(verb.Arguments) is { Length: > 0 } values)
            {
                script.WriteLine($"{condition} {values}");
            }
        }

        return script.ToString();
    }

    private static string Flag(FlagEntry flag)
    {
        var letter = flag.Letter is null ? string.Empty : $" -s {flag.Letter[1..]}";
        var value = flag.Value.Kind switch
        {
            ValueKind.None => string.Empty,
            ValueKind.Text => " -x",
            ValueKind.Choice => $" -x {Values(flag.Value)}",
            _ => $" -r {Values(flag.Value)}",
        };
        return $"-l {flag.Name[2..]}{letter}{value} -d {Quoted(flag.Summary)}";
    }

    private static string Values(ValueEntry value) => value.Kind switch
    {
        ValueKind.Choice => $"-a {Quoted(string.Join(' ', value.Choices))}",
        ValueKind.File => "-F",
        ValueKind.Directory => "-a '(__fish_complete_directories)'",
        _ => string.Empty,
    };

    private static string Quoted(string text) => $"'{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}'";
}
