using System.CommandLine;
using System.CommandLine.Help;

namespace MetaStore.Cli.Words;

/// <summary>The flags of a verb: its own, and the recursive ones of its parents.</summary>
internal static class Flags
{
    /// <summary>The flag of this name, "--long" or "-s"; null when there is none.</summary>
    public static Option? Find(Command verb, string name)
    {
        for (var (at, isOwn) = (verb, true); at is not null; (at, isOwn) = (at.Parents.OfType<Command>().FirstOrDefault(), false))
        {
            foreach (var flag in at.Options)
            {
                if ((isOwn || flag.Recursive) && (flag.Name == name || flag.Aliases.Contains(name)))
                {
                    return flag;
                }
            }
        }

        return null;
    }

    /// <summary>Whether the flag takes no value from the next argument: a boolean flag, help or version.</summary>
    public static bool NeedsNoValue(Option flag) => flag.ValueType == typeof(bool) || flag is HelpOption or VersionOption;

    /// <summary>"--limit" or "-w, --write-out", as in error messages.</summary>
    public static string NameOf(Option flag) => flag.Aliases.FirstOrDefault(alias => alias is ['-', not '-']) is { } letter ? $"{letter}, {flag.Name}" : flag.Name;
}
