using MetaStore.Cli.Reference;

namespace MetaStore.Cli.Completion;

/// <summary>Completion for bash 4 or later; it does not need the bash-completion package.</summary>
internal static class BashScript
{
    // Readline splits words at "=" and ":" too: "--write-out=js" is three words, and an endpoint is three.
    private const string Body = """
        _metactl() {
            local cur=${COMP_WORDS[COMP_CWORD]} at="" value="" verbs flags arguments word
            local -i i=1
            while ((i < COMP_CWORD)); do
                word=${COMP_WORDS[i]} value=""
                case $word in
                --)
                    value=text
                    break
                    ;;
                -*)
                    _metactl_value "$at" "$word"
                    if [[ -n $value ]]; then
                        if [[ ${COMP_WORDS[i + 1]} == "=" ]]; then i+=1; fi
                        i+=1
                        if ((i >= COMP_CWORD)); then break; fi
                        value=""
                    fi
                    ;;
                *)
                    _metactl_enter "$at" "$word"
                    ;;
                esac
                i+=1
            done
            if [[ $cur == "=" ]]; then cur=""; fi
            _metactl_known "$at"
            COMPREPLY=()
            if [[ -z $value && $cur == -* ]]; then
                value="$flags $_metactl_globals"
            elif [[ -z $value ]]; then
                value=${verbs:-$arguments}
            fi
            case $value in
            text | "") ;;
            file)
                compopt -o filenames 2>/dev/null
                mapfile -t COMPREPLY < <(compgen -f -- "$cur")
                ;;
            directory)
                compopt -o filenames 2>/dev/null
                mapfile -t COMPREPLY < <(compgen -d -- "$cur")
                ;;
            *)
                mapfile -t COMPREPLY < <(compgen -W "$value" -- "$cur")
                ;;
            esac
        }

        complete -F _metactl metactl

        """;

    /// <summary>The script.</summary>
    public static string Of(VerbTree tree)
    {
        var script = new StringWriter { NewLine = "\n" };
        script.WriteLine("# Completion of metactl for bash 4 or later. For one shell: source <(metactl completion bash)");
        script.WriteLine("# For every shell: metactl completion bash > /etc/bash_completion.d/metactl");
        script.WriteLine();
        script.WriteLine($"_metactl_globals={CompletionScript.Quoted(Forms(tree.Globals))}");
        script.WriteLine();
        script.WriteLine("# Sets verbs, flags and arguments to what the verb of a path has.");
        script.WriteLine("_metactl_known() {");
        script.WriteLine("    verbs='' flags='' arguments=''");
        script.WriteLine("    case $1 in");
        foreach (var verb in tree.Verbs)
        {
            script.WriteLine($"    {CompletionScript.Quoted(verb.Path)}) verbs={CompletionScript.Quoted(string.Join(' ', verb.Verbs))} " +
                $"flags={CompletionScript.Quoted(Forms(verb.Flags))} arguments={CompletionScript.Quoted(CompletionScript.WordFor(verb.Arguments))} ;;");
        }

        script.WriteLine("    esac");
        script.WriteLine("}");
        script.WriteLine();
        script.WriteLine("# Sets at to the path of a verb below another; leaves it when there is none of this name.");
        script.WriteLine("_metactl_enter() {");
        script.WriteLine("    case \"$1 $2\" in");
        foreach (var verb in tree.Verbs.Where(verb => verb.Path.Length > 0))
        {
            script.WriteLine($"    {CompletionScript.Quoted($"{verb.Parent} {verb.Name}")}) at={CompletionScript.Quoted(verb.Path)} ;;");
        }

        script.WriteLine("    esac");
        script.WriteLine("}");
        script.WriteLine();
        script.WriteLine("# Sets value to what follows a flag of a verb; leaves it when nothing does.");
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

    private static string Forms(IEnumerable<FlagEntry> flags) => string.Join(' ', flags.SelectMany(flag => flag.Forms));
}
