using MetaStore.Cli.Reference;

namespace MetaStore.Cli.Completion;

/// <summary>Completion for PowerShell 5 or later.</summary>
internal static class PowerShellScript
{
    private const string Body = """
        Register-ArgumentCompleter -Native -CommandName 'metactl' -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $before = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
            $at = ''
            $value = ''
            for ($i = 0; $i -lt $before.Count; $i++) {
                $word = $before[$i]
                $value = ''
                if ($word -eq '--') { return }
                if ($word -like '--*=*') { continue }
                if ($word -like '-*') {
                    $value = $__metactlValues["$at $word"]
                    if (-not $value) { $value = $__metactlValues["* $word"] }
                    if ($value) {
                        $i++
                        if ($i -lt $before.Count) { $value = '' }
                    }
                }
                elseif ($__metactlVerbs.ContainsKey("$at $word".Trim())) { $at = "$at $word".Trim() }
            }
            $start = ''
            $typed = $wordToComplete
            if (-not $value -and $typed -match '^(--[^=]+)=(.*)$') {
                $start = "$($Matches[1])="
                $typed = $Matches[2]
                $value = $__metactlValues["$at $($Matches[1])"]
                if (-not $value) { $value = $__metactlValues["* $($Matches[1])"] }
            }
            if (-not $value) {
                if ($typed -like '-*') { $value = "$($__metactlFlags[$at]) $__metactlGlobals" }
                else { $value = $__metactlVerbs[$at] }
            }
            if (-not $value -or $value -in 'text', 'file', 'directory') { return }
            $value.Split(' ', [StringSplitOptions]::RemoveEmptyEntries) | Where-Object { $_ -like "$typed*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new("$start$_", $_, 'ParameterValue', $_)
            }
        }

        """;

    /// <summary>The script. Files are completed by PowerShell itself, which does so where a completer offers nothing.</summary>
    public static string Of(VerbTree tree)
    {
        var script = new StringWriter { NewLine = "\n" };
        script.WriteLine("# Completion of metactl for PowerShell. For one shell: metactl completion powershell | Out-String | Invoke-Expression");
        script.WriteLine("# For every shell, add that line to the file that $PROFILE names.");
        script.WriteLine();
        Table(script, "__metactlVerbs", tree.Verbs.Select(verb => (verb.Path, verb.IsGroup ? string.Join(' ', verb.Verbs) : CompletionScript.WordFor(verb.Arguments))));
        Table(script, "__metactlFlags", tree.Verbs.Select(verb => (verb.Path, Forms(verb.Flags))));
        Table(script, "__metactlValues", CompletionScript.Valued(tree).SelectMany(each => each.Flag.Forms.Select(form => ($"{each.Path} {form}", CompletionScript.WordFor(each.Flag.Value)))));
        script.WriteLine($"$global:__metactlGlobals = {Quoted(Forms(tree.Globals))}");
        script.WriteLine();
        script.Write(Body);
        return script.ToString();
    }

    private static void Table(StringWriter script, string name, IEnumerable<(string Key, string Value)> rows)
    {
        // The keys of a table in braces are compared without case, but -d and -D may be two flags.
        script.WriteLine($"$global:{name} = [System.Collections.Hashtable]::new([StringComparer]::Ordinal)");
        foreach (var (key, value) in rows)
        {
            script.WriteLine($"$global:{name}[{Quoted(key)}] = {Quoted(value)}");
        }
    }

    private static string Forms(IEnumerable<FlagEntry> flags) => string.Join(' ', flags.SelectMany(flag => flag.Forms));

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
