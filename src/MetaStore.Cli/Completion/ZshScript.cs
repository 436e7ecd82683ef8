using MetaStore.Cli.Reference;

namespace MetaStore.Cli.Completion;

/// <summary>Completion for zsh, with the summary of each verb and flag.</summary>
internal static class ZshScript
{
    private const string Body = """
        _metactl() {
            local at='' value='' word
            local -a verbs flags offered
            local arguments=''
            integer i=2
            while (( i < CURRENT )); do
                word=${words[i]}
                value=''
                case $word in
                --)
                    return 1
                    ;;
                --*=*) ;;
                -*)
                    _metactl_value "$at" "$word"
                    if [[ -n $value ]]; then
                        (( i += 1 ))
                        if (( i >= CURRENT )); then break; fi
                        value=''
                    fi
                    ;;
                *)
                    _metactl_enter "$at" "$word"
                    ;;
                esac
                (( i += 1 ))
            done
            if [[ -z $value && $PREFIX == --*=* ]]; then
                _metactl_value "$at" "${PREFIX%%=*}"
                compset -P '*='
            elif [[ -z $value ]]; then
                _metactl_known "$at"
                if [[ $PREFIX == -* ]]; then
                    offered=($flags $_metactl_globals)
                    _describe -o flag offered
                    return
                elif (( ${#verbs} )); then
                    _describe verb verbs
                    return
                fi
                value=$arguments
            fi
            case $value in
            text | '') return 1 ;;
            file) _files ;;
            directory) _files -/ ;;
            *) compadd -- ${(s: :)value} ;;
            esac
        }

        # Run by autoload in the first completion, or sourced after compinit.
        if [[ ${funcstack[1]} == _metactl ]]; then
            _metactl "$@"
        else
            compdef _metactl metactl
        fi

        """;

    /// <summary>The script.</summary>
    public static string Of(VerbTree tree)
    {
        var script = new StringWriter { NewLine = "\n" };
        script.WriteLine("#compdef metactl");
        script.WriteLine("# Completion of metactl for zsh. For one shell, after compinit: source <(metactl completion zsh)");
        script.WriteLine("# For every shell: metactl completion zsh > \"${fpath[1]}/_metactl\"");
        script.WriteLine();
        script.WriteLine($"typeset -ga _metactl_globals=({Described(tree.Globals)})");
        script.WriteLine();
        script.WriteLine("_metactl_known() {");
        script.WriteLine("    case $1 in");
        foreach (var verb in tree.Verbs)
        {
            var below = string.Join(' ', tree.Below(verb).Select(next => Described(next.Name, next.Summary)));
            script.WriteLine($"    {CompletionScript.Quoted(verb.Path)}) verbs=({below}) flags=({Described(verb.Flags)}) " +
                $"arguments={CompletionScript.Quoted(CompletionScript.WordFor(verb.Arguments))} ;;");
        }

        script.WriteLine("    esac");
        script.WriteLine("}");
        script.WriteLine();
        script.WriteLine("_metactl_enter() {");
        script.WriteLine("    case \"$1 $2\" in");
        foreach (var verb in tree.Verbs.Where(verb => verb.Path.Length > 0))
        {
            script.WriteLine($"    {CompletionScript.Quoted($"{verb.Parent} {verb.Name}")}) at={CompletionScript.Quoted(verb.Path)} ;;");
        }

        script.WriteLine("    esac");
        script.WriteLine("}");
        script.WriteLine();
        script.WriteLine("_metactl_value() {");
        script.WriteLine("    case \"$1 $2\" in");
        foreach (var (path, flag) in CompletionScript.Valued(tree))
        {
            var forms = flag.Forms.Select(form => path == "*" ? $"*' {form}'" : CompletionScript.Quoted($"{path} {form}"));
            script.WriteLine($"    {string.Join(" | ", forms)}) value={CompletionScript.Quoted(CompletionScript.WordFor(flag.Value))} ;;");
        }

        script.WriteLine("    esac");
        script.WriteLine("}");
        script.WriteLine();
        script.Write(Body);
        return script.ToString();
    }

    private static string Described(IEnumerable<FlagEntry> flags) => string.Join(' ', flags.SelectMany(flag => flag.Forms.Select(form => Described(form, flag.Summary))));

    private static string Described(string word, string summary) => CompletionScript.Quoted($"{word}:{summary.Replace(@"\", @"\\", StringComparison.Ordinal).Replace(":", @"\:", StringComparison.Ordinal)}");
}
